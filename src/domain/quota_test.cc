#include "domain/quota.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace slipway::domain {
namespace {

constexpr int64_t kGiB = int64_t{1} << 30;

TEST(Quota, refusal_names_the_quota_what_is_used_and_what_was_asked) {
  const auto exceeded =
      check_quota("vision", {.cpu_millis = 4000}, {.cpu_millis = 3500}, {.cpu_millis = 1000});
  ASSERT_EQ(exceeded.size(), 1U);
  EXPECT_EQ(exceeded[0].message,
            "group 'vision' may use 4 CPU, 3.5 CPU are used, this asks for 1 CPU more");
  EXPECT_EQ(exceeded[0].limit_name, "cpu_millis");
  EXPECT_EQ(exceeded[0].limit, 4000);
  EXPECT_EQ(exceeded[0].used, 3500);
  EXPECT_EQ(exceeded[0].asked, 1000);
}

TEST(Quota, every_exceeded_limit_stands_in_one_refusal) {
  const Quota quota{.cpu_millis = 0, .memory_bytes = kGiB, .gpus = 1, .deployments = 2};
  Spec spec;
  spec.replicas = 2;
  const Usage more = demand_of(spec, {"", "", "", 500, kGiB, 1});
  EXPECT_EQ(more, (Usage{1000, 2 * kGiB, 2, 1}));
  const auto refused = refuse_over_quota(check_quota("g", quota, {0, 0, 0, 2}, more));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kQuota);
  EXPECT_EQ(refused.error().limits.size(), 4U);
  EXPECT_NE(refused.error().message.find("may have 2 running deployments, it has 2"),
            std::string::npos);
}

TEST(Quota, what_does_not_grow_is_accepted_over_a_lowered_quota) {
  const Quota quota{.cpu_millis = 1000, .deployments = 1};
  const Usage used{.cpu_millis = 4000, .deployments = 3};
  EXPECT_TRUE(check_quota("g", quota, used, {.cpu_millis = -500}).empty());
  EXPECT_TRUE(check_quota("g", quota, used, {}).empty());
  EXPECT_EQ(check_quota("g", quota, used, {.cpu_millis = 1}).size(), 1U);
}

Usage any_usage(int64_t least) {
  return {.cpu_millis = *rc::gen::inRange<int64_t>(least, 20'000),
          .memory_bytes = *rc::gen::inRange<int64_t>(least, 64 * kGiB),
          .gpus = *rc::gen::inRange<int64_t>(least, 8),
          .deployments = *rc::gen::inRange<int64_t>(least, 10)};
}
std::optional<int64_t> any_limit(int64_t most) {
  if (*rc::gen::inRange(0, 4) == 0) return std::nullopt;
  return *rc::gen::inRange<int64_t>(0, most);
}
Quota any_quota() {
  return {any_limit(40'000), any_limit(128 * kGiB), any_limit(16), any_limit(20)};
}
bool within(const Quota& q, const Usage& u) {
  return u.cpu_millis <= q.cpu_millis.value_or(INT64_MAX) &&
         u.memory_bytes <= q.memory_bytes.value_or(INT64_MAX) &&
         u.gpus <= q.gpus.value_or(INT64_MAX) && u.deployments <= q.deployments.value_or(INT64_MAX);
}

RC_GTEST_PROP(QuotaProperty, accepts_growth_exactly_when_the_sum_is_within_the_quota, ()) {
  const Quota quota = any_quota();
  const Usage used = any_usage(0), more = any_usage(1);
  RC_ASSERT(check_quota("g", quota, used, more).empty() == within(quota, used + more));
}

RC_GTEST_PROP(QuotaProperty, no_sequence_of_accepted_changes_leaves_the_quota, ()) {
  const Quota quota = any_quota();
  Usage used;
  const int steps = *rc::gen::inRange(1, 40);
  for (int i = 0; i < steps; ++i) {
    const Usage next = any_usage(0);
    // A change replaces what a deployment had by what it asks for now.
    const Usage had = *rc::gen::arbitrary<bool>() ? Usage{} : used;
    if (check_quota("g", quota, used, next - had).empty()) used = used + (next - had);
    RC_ASSERT(within(quota, used));
  }
}

RC_GTEST_PROP(QuotaProperty, as_many_fit_as_may_be_added_one_by_one, ()) {
  const Quota quota = any_quota();
  const Usage used = any_usage(0);
  const Usage one = {.cpu_millis = *rc::gen::inRange<int64_t>(0, 4'000),
                     .memory_bytes = *rc::gen::inRange<int64_t>(0, 8 * kGiB),
                     .gpus = *rc::gen::inRange<int64_t>(0, 2)};
  const int fit = how_many_fit(quota, used, one, 50);
  Usage sum = used;
  int added = 0;
  while (added < 50 && check_quota("g", quota, sum, one).empty()) {
    sum = sum + one;
    ++added;
  }
  RC_ASSERT(fit == added);
}

}  // namespace
}  // namespace slipway::domain
