#include "gateway/rate_limit.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace slipway::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Monotonic kStart{std::chrono::hours(1)};

int admitted(RateLimit& limit, uint32_t rate, Monotonic at, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += limit.take(rate, at) == nanoseconds(0) ? 1 : 0;
  return count;
}

TEST(RateLimit, lets_a_burst_of_ten_seconds_in_and_then_the_rate) {
  RateLimit limit;
  EXPECT_EQ(admitted(limit, 60, kStart, 100), 10);
  EXPECT_EQ(limit.take(60, kStart), seconds(1));
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
  EXPECT_EQ(limit.take(1, kStart + seconds(1)), seconds(59));
  EXPECT_EQ(admitted(limit, 1, kStart + seconds(60), 3), 1);
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
