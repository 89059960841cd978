#include "domain/platform_environment.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace slipway::domain {
namespace {

TEST(PlatformEnvironment, tells_the_model_what_the_seldon_contract_promises) {
  Spec spec;
  spec.image = "iris:1";
  std::map<std::string, std::string> got;
  for (const auto& [name, value] : platform_environment({"iris-abcde", 3, 1}, spec, 9000)) {
    got[name] = value;
  }
  const std::map<std::string, std::string> wanted = {
      {"PREDICTIVE_UNIT_SERVICE_PORT", "9000"},
      {"PREDICTIVE_UNIT_HTTP_SERVICE_PORT", "9000"},
      {"PREDICTIVE_UNIT_ID", "model"},
      {"PREDICTIVE_UNIT_IMAGE", "iris:1"},
      {"PREDICTOR_ID", "deploy"},
      {"SELDON_DEPLOYMENT_ID", "deploy-iris-abcde"},
      {"SLIPWAY_DEPLOYMENT", "iris-abcde"},
      {"SLIPWAY_REVISION", "3"},
      {"SLIPWAY_REPLICA", "iris-abcde-r3-1"},
  };
  EXPECT_EQ(got, wanted);
}

TEST(PlatformEnvironment, wins_over_the_users_variables_without_doubles) {
  Spec spec;
  spec.environment = {{"MODE", "fast"}, {"PREDICTIVE_UNIT_SERVICE_PORT", "1"}};
  const auto all = container_environment({"iris-abcde", 1, 0}, spec, 9001);
  std::set<std::string> names;
  for (const auto& [name, value] : all) {
    EXPECT_TRUE(names.insert(name).second) << name << " stands twice";
    if (name == "PREDICTIVE_UNIT_SERVICE_PORT") {
      EXPECT_EQ(value, "9001");
    }
  }
  EXPECT_EQ(all.front(), (EnvironmentVariable{"MODE", "fast"}));
}

TEST(PlatformEnvironment, names_are_all_refused_to_users) {
  for (const auto& [name, value] : platform_environment({"iris-abcde", 1, 0}, {}, 9000)) {
    EXPECT_TRUE(is_platform_variable(name)) << name;
  }
  EXPECT_FALSE(is_platform_variable("MODEL_NAME"));
}

}  // namespace
}  // namespace slipway::domain
