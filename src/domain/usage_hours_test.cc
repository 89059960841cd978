#include "domain/usage_hours.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace slipway::domain {
namespace {

using std::chrono::hours;

Timestamp at(const char* time) { return *parse_rfc3339(time); }

UsageSubject iris() {
  return {.group = "vision",
          .deployment_id = "iris",
          .deployment_name = "Iris",
          .instance_type = "gpu-2",
          .cpu_millis = 1500,
          .memory_bytes = int64_t{2} << 30,
          .gpus = 2};
}

TEST(UsageHours, a_month_is_written_with_year_and_number) {
  EXPECT_EQ(format_month(*parse_month("2026-01")), "2026-01");
  for (const char* bad : {"", "2026", "2026-1", "2026-13", "2026-00", "1969-12", "202a-01",
                          "2026/01", "2026-1 ", "-026-01", "2026--1"}) {
    EXPECT_FALSE(parse_month(bad)) << bad;
  }
}

TEST(UsageHours, a_run_over_the_end_of_a_year_is_cut_there) {
  UsageSums sums;
  add_run(sums, iris(), at("2026-12-31T22:00:00Z"), at("2027-01-01T01:00:00Z"));
  const auto rows = usage_rows(sums, {});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(format_month(*rows[0].month), "2026-12");
  EXPECT_DOUBLE_EQ(rows[0].hours.replica, 2);
  EXPECT_DOUBLE_EQ(rows[0].hours.cpu_core, 3);
  EXPECT_DOUBLE_EQ(rows[0].hours.memory_gib, 4);
  EXPECT_DOUBLE_EQ(rows[0].hours.gpu, 4);
  EXPECT_EQ(format_month(*rows[1].month), "2027-01");
  EXPECT_DOUBLE_EQ(rows[1].hours.replica, 1);
}

TEST(UsageHours, a_run_that_ends_before_it_begins_is_none) {
  UsageSums sums;
  add_run(sums, iris(), at("2026-12-31T22:00:00Z"), at("2026-12-31T21:00:00Z"));
  EXPECT_TRUE(sums.empty());
}

TEST(UsageHours, what_is_not_asked_for_is_summed_over) {
  UsageSums sums;
  UsageSubject other = iris();
  other.deployment_id = "rose";
  other.instance_type = "cpu-1";
  other.cpu_millis = 1000;
  const Timestamp begin = at("2026-05-01T00:00:00Z");
  add_run(sums, iris(), begin, begin + hours(2));
  add_run(sums, other, begin, begin + hours(3));
  const auto by_group = usage_rows(
      sums, {.month = false, .group = true, .deployment = false, .instance_type = false});
  ASSERT_EQ(by_group.size(), 1U);
  EXPECT_EQ(by_group[0].group, "vision");
  EXPECT_EQ(by_group[0].deployment_id, "");
  EXPECT_FALSE(by_group[0].month);
  EXPECT_DOUBLE_EQ(by_group[0].hours.replica, 5);
  EXPECT_DOUBLE_EQ(by_group[0].hours.cpu_core, 6);
  const auto by_type = usage_rows(
      sums, {.month = false, .group = false, .deployment = false, .instance_type = true});
  ASSERT_EQ(by_type.size(), 2U);
  EXPECT_EQ(by_type[0].instance_type, "cpu-1");
  EXPECT_EQ(by_type[0].group, "");
}

RC_GTEST_PROP(UsageHours, the_months_of_runs_are_the_runs, ()) {
  UsageSums sums;
  int64_t whole = 0;
  const int runs = *rc::gen::inRange(0, 20);
  for (int i = 0; i < runs; ++i) {
    // Up to about six years from a time in the fifty years after 1970.
    const auto from = *rc::gen::inRange<int64_t>(0, int64_t{50} * 366 * 86'400'000'000);
    const auto took = *rc::gen::inRange<int64_t>(0, int64_t{6} * 366 * 86'400'000'000);
    add_run(sums, iris(), from_unix_micros(from), from_unix_micros(from + took));
    whole += took;
  }
  int64_t sum = 0;
  for (const auto& [key, micros] : sums) {
    RC_ASSERT(micros > 0);
    const auto length = begin_of(key.month + std::chrono::months(1)) - begin_of(key.month);
    RC_ASSERT(micros <= runs * length.count());
    sum += micros;
  }
  RC_ASSERT(sum == whole);
}

RC_GTEST_PROP(UsageHours, a_time_lies_in_its_month, ()) {
  const Timestamp time =
      from_unix_micros(*rc::gen::inRange<int64_t>(0, int64_t{200} * 366 * 86'400'000'000));
  const Month month = month_of(time);
  RC_ASSERT(begin_of(month) <= time && time < begin_of(month + std::chrono::months(1)));
  RC_ASSERT(parse_month(format_month(month)) == month);
}

}  // namespace
}  // namespace slipway::domain
