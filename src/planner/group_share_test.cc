#include "planner/group_share.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace slipway::planner {
namespace {

using domain::Usage;
using testing::HasSubstr;

constexpr Usage kCpu{.cpu_millis = 1000};

ShareAsked asks(const std::string& id, int accepted, int wanted, int lives, int held = 0) {
  return {.deployment_id = id,
          .accepted_at = from_unix_micros(accepted),
          .wanted = wanted,
          .one = kCpu,
          .lives = {.cpu_millis = 1000 * lives, .deployments = lives > 0 ? 1 : 0},
          .held = held};
}

TEST(GroupShare, within_the_quota_everything_is_granted_and_the_rest_is_headroom) {
  const auto shares =
      share_quota("g", {.cpu_millis = 6000}, {asks("a", 1, 2, 0), asks("b", 2, 2, 2)});
  EXPECT_EQ(shares.at("a").granted, 2);
  EXPECT_EQ(shares.at("a").headroom, 2);
  EXPECT_EQ(shares.at("a").budget.cpu_millis, 4000);
  EXPECT_EQ(shares.at("b").budget.cpu_millis, 2000);
  EXPECT_EQ(shares.at("b").waits, "");
}

TEST(GroupShare, what_runs_goes_on_over_a_lowered_quota_and_nothing_new_starts) {
  const auto shares =
      share_quota("g", {.cpu_millis = 1000}, {asks("old", 1, 2, 0), asks("new", 2, 2, 2)});
  EXPECT_EQ(shares.at("new").granted, 2);
  EXPECT_EQ(shares.at("new").waits, "");
  EXPECT_EQ(shares.at("old").granted, 0);
  EXPECT_EQ(shares.at("old").budget.cpu_millis, 0);
  EXPECT_THAT(shares.at("old").waits,
              HasSubstr("waits: group 'g' may use 1 CPU, 2 CPU are used, this asks for 1 CPU"));
}

TEST(GroupShare, what_was_accepted_first_is_placed_first) {
  const auto shares = share_quota("g", {.cpu_millis = 3000},
                                  {asks("c", 3, 1, 0), asks("b", 2, 2, 0), asks("a", 1, 2, 0)});
  EXPECT_EQ(shares.at("a").granted, 2);
  EXPECT_EQ(shares.at("b").granted, 1);
  EXPECT_EQ(shares.at("c").granted, 0);
}

TEST(GroupShare, a_replica_that_is_being_replaced_keeps_its_place) {
  // Its old replica has ended, its new one is not there yet; an older deployment waits for room.
  const auto shares = share_quota("g", {.cpu_millis = 1000},
                                  {asks("waits", 1, 1, 0, 0), asks("rolls", 2, 1, 0, 1)});
  EXPECT_EQ(shares.at("rolls").granted, 1);
  EXPECT_EQ(shares.at("waits").granted, 0);
}

TEST(GroupShare, a_replica_is_replaced_also_over_a_lowered_quota) {
  const auto shares =
      share_quota("g", {.cpu_millis = 1000}, {asks("runs", 1, 2, 2, 2), asks("rolls", 2, 1, 0, 1)});
  EXPECT_EQ(shares.at("rolls").granted, 1);
  EXPECT_EQ(shares.at("rolls").budget.cpu_millis, 1000);
  EXPECT_EQ(shares.at("rolls").headroom, 0);
}

TEST(GroupShare, the_number_of_running_deployments_is_a_limit_too) {
  const auto shares =
      share_quota("g", {.deployments = 1}, {asks("a", 1, 2, 0), asks("b", 2, 2, 0)});
  EXPECT_EQ(shares.at("a").granted, 2);
  EXPECT_EQ(shares.at("b").granted, 0);
  EXPECT_THAT(shares.at("b").waits, HasSubstr("may have 1 running deployment, it has 1"));
}

TEST(GroupShare, a_surge_takes_headroom_from_the_others) {
  // "a" rolls with one replica more than it wants.
  const auto shares =
      share_quota("g", {.cpu_millis = 4000}, {asks("a", 1, 1, 2), asks("b", 2, 1, 1)});
  EXPECT_EQ(shares.at("b").headroom, 1);
  EXPECT_EQ(shares.at("b").budget.cpu_millis, 1000);
}

RC_GTEST_PROP(GroupShareProperty, grants_never_add_up_to_more_than_what_lives_or_the_quota, ()) {
  const int64_t limit = 1000 * *rc::gen::inRange(0, 12);
  std::vector<ShareAsked> asked;
  int64_t kept = 0;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    asked.push_back(asks(std::to_string(i), *rc::gen::inRange(0, 3), *rc::gen::inRange(0, 4),
                         *rc::gen::inRange(0, 4), *rc::gen::inRange(0, 4)));
    const ShareAsked& one = asked.back();
    kept += std::max<int64_t>(one.lives.cpu_millis, 1000 * std::min(one.wanted, one.held));
  }
  const auto shares = share_quota("g", {.cpu_millis = limit}, asked);
  int64_t placed = 0;
  for (const ShareAsked& one : asked) {
    const Share& share = shares.at(one.deployment_id);
    RC_ASSERT(share.granted <= one.wanted);
    RC_ASSERT(share.granted >= std::min<int64_t>(one.wanted, one.lives.cpu_millis / 1000));
    RC_ASSERT(share.granted >= std::min(one.wanted, one.held));
    RC_ASSERT(share.waits.empty() == (share.granted == one.wanted));
    RC_ASSERT(share.budget.cpu_millis >= 0);
    placed += std::max<int64_t>(1000 * share.granted, one.lives.cpu_millis);
  }
  RC_ASSERT(placed <= std::max(limit, kept));
}

}  // namespace
}  // namespace slipway::planner
