#include "planner/surge.h"

#include <gtest/gtest.h>

namespace slipway::planner {
namespace {

constexpr int64_t kGiB = int64_t{1} << 30;

TEST(Surge, counts_by_the_scarcer_resource) {
  struct Case {
    const char* name;
    Resources node, placed, one;
    int room;
  };
  const Case cases[] = {
      {"memory decides", {8000, 8 * kGiB}, {0, 5 * kGiB}, {1000, kGiB}, 3},
      {"cpu decides, promised four times", {2000, 100 * kGiB}, {6000, 0}, {1000, kGiB}, 2},
      {"nothing left", {2000, 4 * kGiB}, {0, 4 * kGiB}, {500, kGiB}, 0},
      {"more placed than there is", {2000, 4 * kGiB}, {0, 9 * kGiB}, {500, kGiB}, 0},
      {"not quite one", {2000, 4 * kGiB}, {0, 3 * kGiB + 1}, {500, kGiB}, 0},
      {"asks for nothing", {2000, 4 * kGiB}, {}, {}, kMostSurge},
  };
  for (const Case& c : cases) EXPECT_EQ(surge_room(c.node, c.placed, c.one), c.room) << c.name;
}

TEST(Surge, sums_what_was_placed) {
  EXPECT_EQ(sum({{500, kGiB}, {1000, 2 * kGiB}}), (Resources{1500, 3 * kGiB}));
  EXPECT_EQ(sum({}), Resources{});
}

TEST(Surge, takes_the_size_from_the_instance_type) {
  domain::InstanceType type;
  type.cpu_millis = 2000;
  type.memory_bytes = 4 * kGiB;
  EXPECT_EQ(size_of(type), (Resources{2000, 4 * kGiB}));
}

}  // namespace
}  // namespace slipway::planner
