#include "engine/docker/image_pull.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace slipway::engine
