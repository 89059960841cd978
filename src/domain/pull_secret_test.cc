#include "domain/pull_secret.h"

#include <gtest/gtest.h>

namespace slipway::domain {
namespace {

TEST(PullSecret, a_registry_has_one_spelling) {
  EXPECT_EQ(canonical_registry("Registry.Example:5000"), "registry.example:5000");
  EXPECT_EQ(canonical_registry("https://ghcr.io"), "ghcr.io");
  EXPECT_EQ(canonical_registry("http://127.0.0.1:5000/v2/"), "127.0.0.1:5000");
  EXPECT_EQ(canonical_registry("https://index.docker.io/v1/"), "docker.io");
  EXPECT_EQ(canonical_registry("registry-1.docker.io"), "docker.io");
  EXPECT_EQ(canonical_registry("[::1]:5000"), "[::1]:5000");
  for (const char* bad :
       {"", "a b", "quay.io/team", "host:port", "host:", "user@host", "https://"}) {
    EXPECT_FALSE(canonical_registry(bad)) << bad;
  }
}

TEST(PullSecret, an_image_without_a_registry_comes_from_docker_hub) {
  EXPECT_EQ(registry_of(*parse_image_reference("iris:1")), "docker.io");
  EXPECT_EQ(registry_of(*parse_image_reference("team/iris:1")), "docker.io");
  EXPECT_EQ(registry_of(*parse_image_reference("docker.io/team/iris")), "docker.io");
  EXPECT_EQ(registry_of(*parse_image_reference("127.0.0.1:5000/iris")), "127.0.0.1:5000");
}

TEST(PullSecret, says_what_is_wrong_with_a_login_without_its_password) {
  EXPECT_TRUE(check_login({"ghcr.io", "ada", "secret"}, "").empty());
  const auto problems = check_login({"ghcr.io", "a:b", std::string("hush\0", 5)}, "x.");
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].path, "x.user");
  EXPECT_EQ(problems[1].path, "x.password");
  EXPECT_EQ(problems[1].message.find("hush"), std::string::npos);
  EXPECT_EQ(check_login({"ghcr.io", "", ""}, "").size(), 2U);
  EXPECT_EQ(check_login({"ghcr.io", "a", std::string(20'000, 'x')}, "").size(), 1U);
}

}  // namespace
}  // namespace slipway::domain
