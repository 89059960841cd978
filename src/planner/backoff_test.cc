#include "planner/backoff.h"

#include <gtest/gtest.h>

#include <limits>

namespace slipway::planner {
namespace {

using std::chrono::milliseconds;
constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();

TEST(Backoff, starts_short_and_doubles) {
  EXPECT_EQ(backoff_delay(1, 0), milliseconds(100));
  EXPECT_EQ(backoff_delay(1, 100), milliseconds(200));
  EXPECT_EQ(backoff_delay(2, 200), milliseconds(400));
  EXPECT_EQ(backoff_delay(3, 400), milliseconds(800));
}

TEST(Backoff, never_leaves_its_bounds) {
  for (int failures : {-5, 0, 1, 2, 9, 10, 60, 1'000'000}) {
    for (uint64_t random : {uint64_t{0}, uint64_t{12345}, kMost}) {
      const auto delay = backoff_delay(failures, random);
      EXPECT_GE(delay, Backoff::kFirst / 2) << failures;
      EXPECT_LE(delay, Backoff::kLongest) << failures;
    }
  }
}

TEST(Backoff, ends_at_its_longest) { EXPECT_EQ(backoff_delay(1000, 30'000), Backoff::kLongest); }

}  // namespace
}  // namespace slipway::planner
