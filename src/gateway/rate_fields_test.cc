#include "gateway/rate_fields.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace slipway::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::string lines_of(const AppliedRates& rates) {
  std::string out = "before: 1\r\n";
  append_rate_fields(out, rates);
  return out;
}

TEST(RateFields, say_the_rate_what_is_left_and_when_all_is_there_again) {
  EXPECT_EQ(lines_of({.client = {.per_minute = 600, .left = 42, .full_in = milliseconds(2'001)}}),
            "before: 1\r\n"
            "ratelimit-policy: \"client\";q=600;w=60\r\n"
            "ratelimit: \"client\";r=42;t=3\r\n");
  EXPECT_EQ(lines_of({.deployment = {.per_minute = 6, .wait = seconds(3), .full_in = seconds(10)}}),
            "before: 1\r\n"
            "ratelimit-policy: \"deployment\";q=6;w=60\r\n"
            "ratelimit: \"deployment\";r=0;t=10\r\n");
}

TEST(RateFields, say_both_rates_where_both_apply) {
  EXPECT_EQ(lines_of({.client = {.per_minute = 600, .left = 42, .full_in = seconds(6)},
                      .deployment = {.per_minute = 6000, .left = 999, .full_in = nanoseconds(1)}}),
            "before: 1\r\n"
            "ratelimit-policy: \"client\";q=600;w=60, \"deployment\";q=6000;w=60\r\n"
            "ratelimit: \"client\";r=42;t=6, \"deployment\";r=999;t=1\r\n");
}

TEST(RateFields, have_room_for_the_largest_numbers) {
  constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max();
  constexpr RateState kLargest{.per_minute = kMost, .left = kMost, .full_in = nanoseconds::max()};
  const std::string lines = lines_of({.client = kLargest, .deployment = kLargest});
  EXPECT_TRUE(lines.ends_with("\"deployment\";r=4294967295;t=9223372037\r\n")) << lines;
}

}  // namespace
}  // namespace slipway::gateway
