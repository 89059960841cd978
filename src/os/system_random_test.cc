#include "os/system_random.h"

#include <gtest/gtest.h>

#include <set>

#include "os/system_clock.h"

namespace slipway::os {
namespace {

TEST(SystemRandom, never_repeats_itself) {
  SystemRandom random;
  std::set<uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random.next_u64());
  EXPECT_EQ(seen.size(), 1'000u);
}

TEST(SystemClock, goes_forward_and_knows_the_century) {
  SystemClock clock;
  const Monotonic first = clock.monotonic();
  EXPECT_LE(first, clock.monotonic());
  EXPECT_GT(to_unix_micros(clock.now()), 1'700'000'000'000'000);
}

}  // namespace
}  // namespace slipway::os
