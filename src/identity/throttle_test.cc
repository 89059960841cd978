#include "identity/throttle.h"

#include <gtest/gtest.h>

namespace slipway::identity {
namespace {

using std::chrono::seconds;

class ThrottleTest : public testing::Test {
 protected:
  bool admitted(const std::string& user = "ada", const std::string& source = "10.0.0.1") {
    return !throttle_.admit(user, source, now_);
  }
  void fail_freely(const std::string& user = "ada") {
    for (int i = 0; i < Throttle::kFreeFailures; ++i) ASSERT_TRUE(admitted(user));
  }

  Throttle throttle_;
  Monotonic now_{std::chrono::hours(1000)};
};

TEST_F(ThrottleTest, refuses_after_a_few_failures_and_admits_after_the_delay) {
  fail_freely();
  const auto wait = throttle_.admit("ada", "10.0.0.1", now_);
  EXPECT_EQ(wait, Throttle::kFirstDelay);
  now_ += Throttle::kFirstDelay;
  EXPECT_TRUE(admitted());
}

TEST_F(ThrottleTest, doubles_the_delay_up_to_a_limit) {
  fail_freely();
  seconds last{0};
  for (int i = 0; i < 30; ++i) {
    const auto wait = throttle_.admit("ada", "10.0.0.1", now_);
    ASSERT_TRUE(wait);
    EXPECT_GE(*wait, last);
    EXPECT_LE(*wait, Throttle::kLongestDelay);
    last = *wait;
    now_ += *wait;
    ASSERT_TRUE(admitted());
  }
  EXPECT_EQ(last, Throttle::kLongestDelay);
}

TEST_F(ThrottleTest, holds_users_and_sources_apart) {
  fail_freely();
  EXPECT_FALSE(admitted("ada", "10.0.0.1"));
  EXPECT_TRUE(admitted("bob", "10.0.0.1"));
  EXPECT_TRUE(admitted("ada", "10.0.0.2"));
}

TEST_F(ThrottleTest, forgets_with_a_success_and_with_time) {
  fail_freely();
  now_ += Throttle::kFirstDelay;
  ASSERT_TRUE(admitted());
  throttle_.note_success("ada", "10.0.0.1");
  fail_freely();
  EXPECT_FALSE(admitted());
  now_ += Throttle::kMemory + seconds(1);
  fail_freely();
}

TEST_F(ThrottleTest, keeps_its_memory_bounded_under_a_flood_of_names) {
  for (size_t i = 0; i < Throttle::kMostKeys + 500; ++i) {
    now_ += std::chrono::microseconds(1);
    admitted(std::to_string(i));
  }
  EXPECT_LE(throttle_.size(), Throttle::kMostKeys);
}

}  // namespace
}  // namespace slipway::identity
