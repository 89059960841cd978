#include "http/frame_allowance.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

using std::chrono::milliseconds;

constexpr Monotonic kStart{std::chrono::hours(5)};

TEST(FrameAllowance, lets_a_burst_pass_and_no_more) {
  FrameAllowance allowance({.burst = 3, .per_second = 10});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.take(kStart));
  EXPECT_FALSE(allowance.take(kStart));
  EXPECT_FALSE(allowance.take(kStart + milliseconds(99)));
}

TEST(FrameAllowance, goes_on_at_its_rate_and_saves_up_no_more_than_a_burst) {
  FrameAllowance allowance({.burst = 2, .per_second = 10});
  EXPECT_TRUE(allowance.take(kStart));
  EXPECT_TRUE(allowance.take(kStart));
  EXPECT_TRUE(allowance.take(kStart + milliseconds(100)));
  EXPECT_FALSE(allowance.take(kStart + milliseconds(100)));
  const Monotonic much_later = kStart + std::chrono::hours(1);
  EXPECT_TRUE(allowance.take(much_later));
  EXPECT_TRUE(allowance.take(much_later));
  EXPECT_FALSE(allowance.take(much_later));
}

}  // namespace
}  // namespace slipway::http
