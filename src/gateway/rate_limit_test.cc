#include "gateway/rate_limit.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace slipway::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Monotonic kStart{std::chrono::hours(1)};

int admitted(RateLimit& limit, uint32_t rate, Monotonic at, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += limit.take(rate, at).allows() ? 1 : 0;
  return count;
}

TEST(RateLimit, lets_a_burst_of_ten_seconds_in_and_then_the_rate) {
  RateLimit limit;
  EXPECT_EQ(admitted(limit, 60, kStart, 100), 10);
  EXPECT_EQ(limit.take(60, kStart).wait, seconds(1));
  EXPECT_EQ(admitted(limit, 60, kStart + milliseconds(999), 5), 0);
  EXPECT_EQ(admitted(limit, 60, kStart + seconds(1), 5), 1);
  int in_a_minute = 0;
  for (int i = 2; i <= 61; ++i) in_a_minute += admitted(limit, 60, kStart + seconds(i), 3);
  EXPECT_EQ(in_a_minute, 60);
}

TEST(RateLimit, a_pause_is_worth_one_burst_and_no_more) {
  RateLimit limit;
  EXPECT_EQ(admitted(limit, 60, kStart, 100), 10);
  EXPECT_EQ(admitted(limit, 60, kStart + std::chrono::hours(5), 100), 10);
}

TEST(RateLimit, lets_one_in_at_once_when_the_rate_is_slow) {
  RateLimit limit;
  EXPECT_EQ(admitted(limit, 1, kStart, 3), 1);
  EXPECT_EQ(limit.take(1, kStart + seconds(1)).wait, seconds(59));
  EXPECT_EQ(admitted(limit, 1, kStart + seconds(60), 3), 1);
}

TEST(RateLimit, says_what_is_left_and_when_all_of_it_is_there_again) {
  RateLimit limit;
  for (int i = 1; i <= 10; ++i) {
    const RateState state = limit.take(60, kStart);
    EXPECT_EQ(state.per_minute, 60u);
    EXPECT_EQ(state.left, static_cast<uint32_t>(10 - i));
    EXPECT_EQ(state.full_in, seconds(i));
  }
  const RateState refused = limit.take(60, kStart + milliseconds(500));
  EXPECT_FALSE(refused.allows());
  EXPECT_EQ(refused.left, 0u);
  EXPECT_EQ(refused.wait, milliseconds(500));
  EXPECT_EQ(refused.full_in, milliseconds(9'500));
  // What is left is what does come in.
  const RateState later = limit.take(60, kStart + seconds(4));
  EXPECT_EQ(later.left, 3u);
  EXPECT_EQ(admitted(limit, 60, kStart + seconds(4), 100), 3);
}

TEST(RateLimit, never_says_to_come_back_later_than_all_is_there_again) {
  for (const uint32_t rate : {1u, 5u, 6u, 7u, 100'000u}) {
    RateLimit limit;
    RateState state;
    while (state.allows()) state = limit.take(rate, kStart);
    EXPECT_LE(state.wait, state.full_in) << rate;
    EXPECT_TRUE(limit.take(rate, kStart + state.wait).allows()) << rate;
  }
}

TEST(RateLimit, holds_a_new_rate_to_what_came_by_the_old_one) {
  RateLimit limit;
  EXPECT_EQ(admitted(limit, 600, kStart, 1'000), 100);
  EXPECT_EQ(limit.take(60, kStart).wait, seconds(1));
  EXPECT_EQ(limit.take(60'000, kStart).left, 0u);
}

TEST(RateLimit, admits_no_more_when_workers_race) {
  RateLimit limit;
  std::atomic<int> count{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] { count += admitted(limit, 6'000, kStart, 1'000); });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(count, 1'000);
}

}  // namespace
}  // namespace slipway::gateway
