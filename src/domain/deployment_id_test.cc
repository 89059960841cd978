#include "domain/deployment_id.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <random>

namespace slipway::domain {
namespace {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

std::string stem_of(std::string_view name) {
  SeededRandom random(1);
  const std::string id = make_deployment_id(name, random);
  return id.substr(0, id.size() - 6);
}

TEST(DeploymentId, is_the_name_in_lower_case_with_dashes_and_a_random_tail) {
  EXPECT_EQ(stem_of("My Model v2"), "my-model-v2");
  EXPECT_EQ(stem_of("a  --  b"), "a-b");
  EXPECT_EQ(stem_of("(iris)"), "iris");
  EXPECT_EQ(stem_of("模型 7"), "7");
}

TEST(DeploymentId, of_a_name_without_letters_or_digits_is_deployment) {
  EXPECT_EQ(stem_of("模型"), "deployment");
  EXPECT_EQ(stem_of("!!!"), "deployment");
  EXPECT_EQ(stem_of(""), "deployment");
}

TEST(DeploymentId, never_ends_its_cut_stem_in_a_dash) {
  EXPECT_EQ(stem_of(std::string(49, 'a') + " " + "bbb"), std::string(49, 'a'));
  EXPECT_EQ(stem_of(std::string(80, 'x')), std::string(50, 'x'));
}

TEST(DeploymentId, always_matches_the_rule) {
  EXPECT_TRUE(rc::check("any name gives a valid id", [](const std::string& name, uint64_t seed) {
    SeededRandom random(seed);
    RC_ASSERT(is_deployment_id(make_deployment_id(name, random)));
  }));
}

TEST(DeploymentId, accepts_and_refuses_own_ids_by_the_rule) {
  for (const char* good : {"abc", "a-b", "0a9", "a--b", "iris-1"}) {
    EXPECT_EQ(check_deployment_id(good), std::nullopt) << good;
  }
  EXPECT_EQ(check_deployment_id(std::string(56, 'a')), std::nullopt);
  for (const char* bad : {"", "a", "ab", "-ab", "ab-", "Abc", "a_b", "a.b", "a b", "a/b", "äbc"}) {
    EXPECT_NE(check_deployment_id(bad), std::nullopt) << bad;
  }
  EXPECT_NE(check_deployment_id(std::string(57, 'a')), std::nullopt);
  EXPECT_NE(check_deployment_id(std::string_view("a\0b", 3)), std::nullopt);
}

}  // namespace
}  // namespace slipway::domain
