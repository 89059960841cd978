#include "base/clock.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway {
namespace {

TEST(Rfc3339, a_time_reads_back_as_itself) {
  EXPECT_TRUE(rc::check([] {
    const auto micros = *rc::gen::inRange<int64_t>(0, 4'102'444'800'000'000);
    const auto parsed = parse_rfc3339(format_rfc3339(from_unix_micros(micros)));
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(to_unix_micros(*parsed) == micros);
  }));
}

TEST(Rfc3339, a_fine_time_keeps_its_nanoseconds) {
  EXPECT_TRUE(rc::check([] {
    const auto nanos = *rc::gen::inRange<int64_t>(0, 4'102'444'800'000'000'000);
    const FineTime time{std::chrono::nanoseconds(nanos)};
    const std::string text = format_rfc3339(time);
    RC_ASSERT(text.size() == 30u);
    RC_ASSERT(*parse_fine_rfc3339(text) == time);
    RC_ASSERT(*parse_fine_rfc3339(text.substr(0, 19) + "Z") ==
              std::chrono::floor<std::chrono::seconds>(time));
  }));
  EXPECT_EQ(parse_fine_rfc3339("2026-11-22T09:00:00.5+08:00"),
            parse_fine_rfc3339("2026-11-22T01:00:00.500000000123Z"));
}

TEST(Rfc3339, an_offset_is_taken_off) {
  EXPECT_EQ(parse_rfc3339("2026-11-22T09:00:00+08:00"), parse_rfc3339("2026-11-22T01:00:00Z"));
}

TEST(Rfc3339, refuses_what_is_not_a_time) {
  for (const char* bad : {"", "yesterday", "2026-11-22", "2026-02-30T00:00:00Z",
                          "2026-11-22T25:00:00Z", "2026-11-22T00:00:00", "2026-11-22T00:00:00.Z"}) {
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
    EXPECT_FALSE(parse_fine_rfc3339(bad)) << bad;
  }
}

TEST(FormatDuration, takes_the_unit_that_fits) {
  using std::chrono::milliseconds;
  EXPECT_EQ(format_duration(milliseconds(250)), "250 ms");
  EXPECT_EQ(format_duration(milliseconds(12'340)), "12.3 s");
  EXPECT_EQ(format_duration(milliseconds(245'000)), "4 min 5 s");
  EXPECT_EQ(format_duration(milliseconds(3'660'000)), "1 h 1 min");
}

}  // namespace
}  // namespace slipway
