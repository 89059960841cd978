#include "engine/docker/image_pull.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.h"

namespace slipway::engine {
namespace {

TEST(ImagePull, tells_a_missing_image_from_a_silent_registry) {
  for (const char* missing :
       {"manifest unknown", "manifest for a:1 not found: manifest unknown: manifest unknown",
        "pull access denied for a, repository does not exist or may require 'docker login'",
        "short-name \"a:1\" did not resolve to an alias and no unqualified-search registries"}) {
    EXPECT_EQ(classify_pull_error(missing), ErrorCode::kNotFound) << missing;
  }
  for (const char* silent :
       {"Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such "
        "host",
        "dial tcp 127.0.0.1:1: connect: connection refused", "unexpected EOF",
        "dial tcp: lookup r.example on 10.0.0.1:53: server misbehaving: not found"}) {
    EXPECT_EQ(classify_pull_error(silent), ErrorCode::kUnavailable) << silent;
  }
}

TEST(ImagePull, tells_a_refusal_from_a_missing_image) {
  for (const char* refused :
       {"unauthorized: authentication required",
        "Head \"http://127.0.0.1:5000/v2/a/manifests/1\": no basic auth credentials",
        "unable to retrieve auth token: invalid username/password: unauthorized: not for you",
        "Get \"https://registry-1.docker.io/v2/\": unauthorized: incorrect username or password"}) {
    EXPECT_EQ(classify_pull_error(refused), ErrorCode::kDenied) << refused;
  }
}

TEST(ImagePull, credentials_go_as_url_safe_base64_of_json) {
  std::string decoded;
  // Bytes that give '/' and '+' in the other alphabet, at every place in a group of three.
  const std::string header =
      registry_auth("127.0.0.1:5000", {"hub", "ada", "a>>>???b>>>???c>>>???"});
  EXPECT_EQ(header.find_first_of("+/"), std::string::npos) << header;
  EXPECT_EQ(header.size() % 4, 0U);
  std::string standard = header;
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  ASSERT_TRUE(base64_decode(standard, decoded));
  EXPECT_EQ(
      decoded,
      R"({"username":"ada","password":"a>>>???b>>>???c>>>???","serveraddress":"127.0.0.1:5000"})");
}

}  // namespace
}  // namespace slipway::engine
