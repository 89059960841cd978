#include "engine/docker/container_stats.h"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using std::chrono::nanoseconds;

TEST(ContainerStats, leaves_out_the_cache_of_either_version_of_cgroups) {
  const Json v1 = Json::parse(R"({"cpu_stats": {"cpu_usage": {"total_usage": 51000000}},
    "memory_stats": {"usage": 9000, "stats": {"inactive_file": 1, "total_inactive_file": 2000}}})");
  EXPECT_EQ(read_container_stats(v1), (ContainerStats{nanoseconds(51'000'000), 7000}));
  const Json v2 = Json::parse(R"({"cpu_stats": {"cpu_usage": {"total_usage": 7}},
    "memory_stats": {"usage": 9000, "stats": {"inactive_file": 1000}}})");
  EXPECT_EQ(read_container_stats(v2), (ContainerStats{nanoseconds(7), 8000}));
}

TEST(ContainerStats, a_cache_that_is_larger_than_all_is_not_believed) {
  const Json stats = Json::parse(R"({"cpu_stats": {"cpu_usage": {"total_usage": 7}},
    "memory_stats": {"usage": 10, "stats": {"inactive_file": 1000}}})");
  EXPECT_EQ(read_container_stats(stats), (ContainerStats{nanoseconds(7), 10}));
}

TEST(ContainerStats, an_ended_container_has_none) {
  EXPECT_EQ(read_container_stats(Json::parse(
                R"({"cpu_stats": {"cpu_usage": {"total_usage": 0}}, "memory_stats": {}})")),
            std::nullopt);
  EXPECT_EQ(read_container_stats(Json()), std::nullopt);
  EXPECT_EQ(read_container_stats(Json::parse(R"({"cpu_stats": [], "memory_stats": 3})")),
            std::nullopt);
}

}  // namespace
}  // namespace slipway::engine
