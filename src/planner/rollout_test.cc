#include "planner/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::planner {
namespace {

using domain::ReplicaKey;
using domain::ReplicaState;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Monotonic kNow{std::chrono::hours(1)};

ReplicaKey key(int64_t revision, int ordinal) { return {"iris", revision, ordinal}; }

struct World {
  Desired desired{.deployment_id = "iris"};
  Situation situation{.room = 100, .now = kNow};

  World& want(int64_t revision, int replicas) {
    desired.wanted = {revision, replicas};
    return *this;
  }
  World& prove(int64_t revision, int replicas) {
    desired.proven = RevisionGoal{revision, replicas};
    return *this;
  }
  World& room(int room) {
    situation.room = room;
    return *this;
  }
  World& see(int64_t revision, int ordinal, ReplicaState state, bool routed = false) {
    situation.replicas.push_back({.key = key(revision, ordinal),
                                  .state = state,
                                  .since = kNow - seconds(1),
                                  .in_use = routed,
                                  .everywhere = routed});
    return *this;
  }
  World& serving(int64_t revision, int ordinal) {
    return see(revision, ordinal, ReplicaState::kReady, true);
  }
  Plan plan() const { return plan_rollout(desired, situation); }
};

TEST(Rollout, starts_all_replicas_of_a_new_deployment) {
  const Plan plan = World().want(1, 2).plan();
  EXPECT_THAT(plan.start, ElementsAre(key(1, 0), key(1, 1)));
  EXPECT_THAT(plan.stop, IsEmpty());
  EXPECT_FALSE(plan.complete);
}

TEST(Rollout, starts_what_was_asked_for_even_on_a_full_node) {
  EXPECT_THAT(World().want(1, 3).room(0).plan().start,
              ElementsAre(key(1, 0), key(1, 1), key(1, 2)));
}

TEST(Rollout, plans_nothing_when_all_is_as_wanted) {
  const Plan plan = World().want(1, 2).serving(1, 0).serving(1, 1).plan();
  EXPECT_TRUE(plan.complete);
  EXPECT_THAT(plan.start, IsEmpty());
  EXPECT_THAT(plan.drain, IsEmpty());
  EXPECT_THAT(plan.stop, IsEmpty());
  EXPECT_THAT(plan.routable, ElementsAre(key(1, 0), key(1, 1)));
  EXPECT_EQ(plan.reason, "");
}

TEST(Rollout, starts_nothing_beyond_the_budget_of_its_group) {
  World world;
  world.want(1, 3).situation.budget = {
      .left = {.cpu_millis = 2500}, .wanted = {.cpu_millis = 1000}, .older = {}};
  EXPECT_THAT(world.plan().start, ElementsAre(key(1, 0), key(1, 1)));
  world.situation.budget->left = {};
  EXPECT_THAT(world.plan().start, IsEmpty());
}

TEST(Rollout, starts_the_new_revision_beside_the_old_one_when_there_is_room) {
  const Plan plan = World().want(2, 2).prove(1, 2).serving(1, 0).serving(1, 1).plan();
  EXPECT_EQ(plan.strategy, Strategy::kSurge);
  EXPECT_THAT(plan.start, ElementsAre(key(2, 0), key(2, 1)));
  EXPECT_THAT(plan.drain, IsEmpty());
  EXPECT_THAT(plan.routable, ElementsAre(key(1, 0), key(1, 1)));
}

TEST(Rollout, keeps_the_old_revision_until_gateways_acknowledged_the_new_one) {
  const Plan plan =
      World().want(2, 1).prove(1, 1).serving(1, 0).see(2, 0, ReplicaState::kReady, false).plan();
  EXPECT_THAT(plan.drain, IsEmpty());
  EXPECT_THAT(plan.routable, ElementsAre(key(1, 0), key(2, 0)));
}

TEST(Rollout, drains_the_old_revision_when_the_new_one_serves_everywhere) {
  const Plan plan =
      World().want(2, 2).prove(1, 2).serving(1, 0).serving(1, 1).serving(2, 0).serving(2, 1).plan();
  EXPECT_TRUE(plan.complete);
  EXPECT_THAT(plan.drain, ElementsAre(key(1, 0), key(1, 1)));
  EXPECT_THAT(plan.stop, IsEmpty());
  EXPECT_THAT(plan.routable, ElementsAre(key(2, 0), key(2, 1)));
}

TEST(Rollout, ends_a_draining_replica_only_when_no_gateway_uses_it) {
  World world;
  world.want(2, 1).prove(1, 1).serving(2, 0).see(1, 0, ReplicaState::kDraining, true);
  const Plan plan = world.plan();
  EXPECT_THAT(plan.stop, IsEmpty());
  EXPECT_EQ(plan.wake_at, kNow - seconds(1) + world.desired.drain_time);
  world.situation.replicas[1].in_use = false;
  EXPECT_THAT(world.plan().stop, ElementsAre(key(1, 0)));
}

TEST(Rollout, ends_a_draining_replica_when_its_drain_time_is_over) {
  World world;
  world.want(2, 1).serving(2, 0).see(1, 0, ReplicaState::kDraining, true);
  world.situation.replicas[1].since = kNow - world.desired.drain_time;
  EXPECT_THAT(world.plan().stop, ElementsAre(key(1, 0)));
}

TEST(Rollout, leaves_the_old_revision_serving_while_the_new_one_fails) {
  World world;
  world.want(2, 1).prove(1, 1).serving(1, 0).see(2, 0, ReplicaState::kExited);
  world.situation.not_before[key(2, 0)] = kNow + seconds(3);
  const Plan plan = world.plan();
  EXPECT_THAT(plan.drain, IsEmpty());
  EXPECT_THAT(plan.stop, IsEmpty()) << "its logs stay readable until it is tried again";
  EXPECT_EQ(plan.wake_at, kNow + seconds(3));
  world.situation.now = kNow + seconds(3);
  EXPECT_THAT(world.plan().stop, ElementsAre(key(2, 0)));
  world.situation.replicas.pop_back();
  EXPECT_THAT(world.plan().start, ElementsAre(key(2, 0)));
}

TEST(Rollout, replaces_a_dead_old_replica_while_the_new_revision_is_not_ready) {
  World world;
  world.want(2, 2).prove(1, 2).serving(1, 0).see(1, 1, ReplicaState::kExited);
  world.see(2, 0, ReplicaState::kStarting).see(2, 1, ReplicaState::kStarting);
  EXPECT_THAT(world.plan().stop, ElementsAre(key(1, 1)));
  world.situation.replicas.erase(world.situation.replicas.begin() + 1);
  EXPECT_THAT(world.plan().start, ElementsAre(key(1, 1)));
}

TEST(Rollout, replaces_one_at_a_time_when_there_is_no_room) {
  World world;
  world.want(2, 2).prove(1, 2).room(0).serving(1, 0).serving(1, 1);
  Plan plan = world.plan();
  EXPECT_EQ(plan.strategy, Strategy::kOneAtATime);
  EXPECT_THAT(plan.reason, HasSubstr("one at a time"));
  EXPECT_THAT(plan.start, IsEmpty());
  EXPECT_THAT(plan.drain, ElementsAre(key(1, 1)));

  world.situation.replicas[1].state = ReplicaState::kDraining;
  plan = world.plan();
  EXPECT_THAT(plan.drain, IsEmpty()) << "one less than wanted serves already";
  EXPECT_THAT(plan.start, IsEmpty());

  world.situation.replicas.pop_back();
  world.room(1);
  plan = world.plan();
  EXPECT_EQ(plan.strategy, Strategy::kOneAtATime);
  EXPECT_THAT(plan.start, ElementsAre(key(2, 0)));
  EXPECT_THAT(plan.drain, IsEmpty());

  world.room(0).see(2, 0, ReplicaState::kStarting);
  EXPECT_THAT(world.plan().drain, IsEmpty()) << "waits for the new one";

  world.situation.replicas.pop_back();
  world.serving(2, 0);
  EXPECT_THAT(world.plan().drain, ElementsAre(key(1, 0)));
}

TEST(Rollout, surges_by_as_many_as_fit) {
  const Plan plan =
      World().want(2, 3).prove(1, 3).room(1).serving(1, 0).serving(1, 1).serving(1, 2).plan();
  EXPECT_EQ(plan.strategy, Strategy::kSurge);
  EXPECT_THAT(plan.start, ElementsAre(key(2, 0)));
  EXPECT_THAT(plan.drain, IsEmpty());
}

TEST(Rollout, brings_the_old_revision_back_when_the_new_one_is_broken_and_both_do_not_fit) {
  World world;
  world.want(2, 1).prove(1, 1).room(0).see(2, 0, ReplicaState::kExited);
  world.situation.not_before[key(2, 0)] = kNow + seconds(3);
  world.desired.wanted_is_broken = true;
  Plan plan = world.plan();
  EXPECT_THAT(plan.stop, ElementsAre(key(2, 0)));
  EXPECT_THAT(plan.start, ElementsAre(key(1, 0)));
  EXPECT_THAT(plan.reason, HasSubstr("brought back"));

  world.situation.replicas.clear();
  world.room(0).serving(1, 0);
  world.situation.now = kNow + seconds(9);
  plan = world.plan();
  EXPECT_THAT(plan.start, IsEmpty());
  world.room(1);
  EXPECT_THAT(world.plan().start, ElementsAre(key(2, 0))) << "tried again as soon as both fit";
}

TEST(Rollout, does_not_start_the_old_revision_of_a_stopped_deployment_that_is_updated) {
  EXPECT_THAT(World().want(2, 1).prove(1, 1).plan().start, ElementsAre(key(2, 0)));
}

TEST(Rollout, scales_up_in_place) {
  const Plan plan = World().want(1, 3).serving(1, 0).plan();
  EXPECT_THAT(plan.start, ElementsAre(key(1, 1), key(1, 2)));
  EXPECT_THAT(plan.drain, IsEmpty());
}

TEST(Rollout, scales_down_in_place_from_the_highest_ordinal) {
  const Plan plan = World().want(1, 1).serving(1, 0).serving(1, 1).serving(1, 2).plan();
  EXPECT_THAT(plan.drain, ElementsAre(key(1, 1), key(1, 2)));
  EXPECT_THAT(plan.routable, ElementsAre(key(1, 0)));
}

TEST(Rollout, drops_a_revision_that_was_overtaken_before_it_served) {
  World world;
  world.want(3, 1).prove(1, 1).serving(1, 0).see(2, 0, ReplicaState::kStarting);
  const Plan plan = world.plan();
  EXPECT_THAT(plan.stop, ElementsAre(key(2, 0)));
  EXPECT_THAT(plan.start, ElementsAre(key(3, 0)));
  EXPECT_THAT(plan.routable, ElementsAre(key(1, 0)));
}

TEST(Rollout, keeps_an_overtaken_revision_when_it_is_all_that_serves) {
  World world;
  world.want(3, 1).prove(1, 1).serving(2, 0).see(1, 0, ReplicaState::kDraining);
  const Plan plan = world.plan();
  EXPECT_THAT(plan.drain, IsEmpty());
  EXPECT_THAT(plan.routable, ElementsAre(key(2, 0)));
  EXPECT_THAT(plan.start, ElementsAre(key(3, 0)));
}

TEST(Rollout, drains_and_ends_everything_when_stopped) {
  World world;
  world.want(1, 4)
      .serving(1, 0)
      .see(1, 1, ReplicaState::kStarting)
      .see(1, 2, ReplicaState::kExited);
  world.see(1, 3, ReplicaState::kDraining, true);
  world.desired.run = false;
  const Plan plan = world.plan();
  EXPECT_THAT(plan.drain, ElementsAre(key(1, 0)));
  EXPECT_THAT(plan.stop, ElementsAre(key(1, 1), key(1, 2)));
  EXPECT_THAT(plan.routable, IsEmpty());
  EXPECT_THAT(plan.start, IsEmpty());
}

TEST(Rollout, waits_for_a_draining_replica_before_its_key_is_used_again) {
  const Plan plan = World().want(1, 1).see(1, 0, ReplicaState::kDraining, true).plan();
  EXPECT_THAT(plan.start, IsEmpty());
}

TEST(Rollout, does_not_route_to_what_does_not_answer) {
  const Plan plan = World().want(1, 2).serving(1, 0).see(1, 1, ReplicaState::kUnready, true).plan();
  EXPECT_THAT(plan.routable, ElementsAre(key(1, 0)));
  EXPECT_THAT(plan.stop, IsEmpty());
}

TEST(Rollout, says_when_the_deadline_has_passed_and_wakes_for_it) {
  World world;
  world.want(1, 1).see(1, 0, ReplicaState::kStarting);
  world.desired.deadline = kNow + seconds(5);
  EXPECT_FALSE(world.plan().past_deadline);
  EXPECT_EQ(world.plan().wake_at, kNow + seconds(5));
  world.situation.now = kNow + seconds(5);
  EXPECT_TRUE(world.plan().past_deadline);
}

}  // namespace
}  // namespace slipway::planner
