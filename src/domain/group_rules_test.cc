#include "domain/group_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> paths(const std::vector<FieldError>& problems) {
  std::vector<std::string> out;
  for (const FieldError& problem : problems) out.push_back(problem.path);
  return out;
}

TEST(GroupRules, a_quota_is_none_zero_or_more) {
  Group group{.name = "team"};
  EXPECT_THAT(check_group(group), IsEmpty());
  group.quota = {.cpu_millis = 0, .memory_bytes = int64_t{1} << 40, .gpus = 0, .deployments = 3};
  EXPECT_THAT(check_group(group), IsEmpty());
  group.quota = {.cpu_millis = -1, .memory_bytes = -1, .gpus = -1, .deployments = -1};
  group.display_name = "a\nb";
  EXPECT_THAT(paths(check_group(group)),
              ElementsAre("display_name", "quota.cpu_millis", "quota.memory_bytes", "quota.gpus",
                          "quota.deployments"));
}

TEST(GroupRules, an_instance_type_has_cpu_and_memory) {
  InstanceType type{"cpu-1", "", "", 1000, 1 << 30, 0};
  EXPECT_THAT(check_instance_type(type), IsEmpty());
  type.cpu_millis = type.memory_bytes = 0;
  type.gpus = -1;
  EXPECT_THAT(paths(check_instance_type(type)), ElementsAre("cpu_millis", "memory_bytes", "gpus"));
}

TEST(GroupRules, a_gpu_resource_needs_a_gpu_and_a_name_that_an_engine_can_take) {
  InstanceType type{"gpu", "", "", 1000, 1 << 30, 1};
  type.gpu_resource = "nvidia.com/gpu";
  EXPECT_THAT(check_instance_type(type), IsEmpty());
  type.gpu_resource = "nvidia gpu";
  EXPECT_THAT(paths(check_instance_type(type)), ElementsAre("gpu_resource"));
  type.gpu_resource = "nvidia.com/gpu";
  type.gpus = 0;
  EXPECT_THAT(paths(check_instance_type(type)), ElementsAre("gpu_resource"));
}

TEST(GroupRules, a_group_uses_global_types_and_those_it_names) {
  const Group group{.name = "team", .instance_types = {"gpu"}};
  InstanceType type{"gpu", "", "", 1000, 1 << 30, 1};
  type.global = false;
  EXPECT_TRUE(may_use(group, type));
  type.name = "big";
  EXPECT_FALSE(may_use(group, type));
  type.global = true;
  EXPECT_TRUE(may_use(group, type));
}

}  // namespace
}  // namespace slipway::domain
