#include "domain/retention.h"

#include <gtest/gtest.h>

namespace slipway::domain {
namespace {

using Numbers = std::vector<int64_t>;
constexpr Timestamp kNow{std::chrono::hours(1000)};

// Revision n was made n hours after the beginning.
std::vector<KeptRevision> revisions(int count) {
  std::vector<KeptRevision> out;
  for (int n = 1; n <= count; ++n) out.push_back({n, Timestamp{std::chrono::hours(n)}});
  return out;
}

TEST(Retention, keeps_the_newest) {
  EXPECT_EQ(expired_revisions({.newest = 3}, revisions(3), {{3, 3}}, kNow), Numbers{});
  EXPECT_EQ(expired_revisions({.newest = 3}, revisions(5), {{5, 5}}, kNow), (Numbers{1, 2}));
}

TEST(Retention, keeps_what_is_tagged_current_or_proven) {
  auto all = revisions(6);
  all[1].is_tagged = true;
  EXPECT_EQ(expired_revisions({.newest = 1}, all, {{6, 6}, {4, 4}}, kNow), (Numbers{1, 3, 5}));
}

TEST(Retention, keeps_every_revision_that_the_running_replicas_are_named_after) {
  EXPECT_EQ(expired_revisions({.newest = 2}, revisions(6), {{2, 6}}, kNow), Numbers{1});
}

TEST(Retention, removes_what_is_too_old_though_it_is_among_the_newest) {
  const RetentionRule rule{.newest = 200, .oldest = std::chrono::hours(2)};
  const Timestamp now{std::chrono::hours(6)};
  EXPECT_EQ(expired_revisions(rule, revisions(6), {{6, 6}}, now), (Numbers{1, 2, 3}));
}

}  // namespace
}  // namespace slipway::domain
