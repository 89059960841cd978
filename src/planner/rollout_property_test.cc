// Drives the policy through a small simulated node with random failures, late gateways and changes
// of mind, and holds it to what rollout.h promises.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "planner/backoff.h"
#include "planner/rollout.h"

namespace slipway::planner {
namespace {

using domain::ReplicaKey;
using domain::ReplicaState;
using std::chrono::milliseconds;

struct Copy {
  ReplicaState state = ReplicaState::kStarting;
  Monotonic since{};
  bool in_use = false;
  bool everywhere = false;
  bool leaving = false;
  int failures = 0;
};

class SimulatedNode {
 public:
  explicit SimulatedNode(uint64_t seed) : dice_(seed) {
    capacity_ = 1 + roll(12);
    desired_.deployment_id = "iris";
    desired_.drain_time = milliseconds(roll(3000));
    desired_.wanted = {1, 1 + roll(5)};
  }

  int roll(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(dice_); }
  bool chance(int percent) { return roll(100) < percent; }

  Situation situation() const {
    Situation s{.not_before = not_before_, .now = now_};
    int live = 0;
    for (const auto& [key, copy] : copies_) {
      live += copy.state != ReplicaState::kExited;
      s.replicas.push_back({.key = key,
                            .state = copy.state,
                            .since = copy.since,
                            .in_use = copy.in_use,
                            .everywhere = copy.everywhere,
                            .leaving = copy.leaving});
    }
    s.room = std::max(0, capacity_ - live);
    return s;
  }

  int ready() const {
    return static_cast<int>(std::count_if(copies_.begin(), copies_.end(), [](const auto& entry) {
      return entry.second.state == ReplicaState::kReady && !entry.second.leaving;
    }));
  }

  void plan_and_act() {
    const Situation before = situation();
    const Plan plan = plan_rollout(desired_, before);
    check(plan, before);
    for (const ReplicaKey& key : plan.start) copies_[key] = {.since = now_};
    for (const ReplicaKey& key : plan.drain) {
      copies_[key].state = ReplicaState::kDraining;
      copies_[key].since = now_;
    }
    for (const ReplicaKey& key : plan.stop) copies_[key].leaving = true;
    routable_ = {plan.routable.begin(), plan.routable.end()};

    Situation after = situation();
    const Plan again = plan_rollout(desired_, after);
    RC_LOG() << "-----\n"
             << describe(before) << "first:  " << describe(plan) << "second: " << describe(again);
    RC_ASSERT(again.start.empty());
    RC_ASSERT(again.drain.empty());
    for (const ReplicaKey& key : again.stop) {
      // Only a replica that began to drain now and that no gateway knows may follow at once.
      RC_ASSERT(std::count(plan.drain.begin(), plan.drain.end(), key) == 1);
    }
  }

  std::string describe(const Situation& s) const {
    std::string text = "wanted " + std::to_string(desired_.wanted.revision) + "x" +
                       std::to_string(desired_.wanted.replicas);
    if (desired_.proven) {
      text += " proven " + std::to_string(desired_.proven->revision) + "x" +
              std::to_string(desired_.proven->replicas);
    }
    text += " room " + std::to_string(s.room) + "\n";
    for (const SeenReplica& r : s.replicas) {
      text += "  " + r.key.id() + " " + std::string(domain::to_string(r.state)) +
              (r.in_use ? " in use" : "") + (r.leaving ? " leaving" : "") + "\n";
    }
    return text;
  }
  static std::string describe(const Plan& plan) {
    std::string text(to_string(plan.strategy));
    for (const ReplicaKey& key : plan.start) text += " start " + key.id();
    for (const ReplicaKey& key : plan.drain) text += " drain " + key.id();
    for (const ReplicaKey& key : plan.stop) text += " stop " + key.id();
    return text + "\n";
  }

  void check(const Plan& plan, const Situation& before) {
    int live = 0;
    std::set<ReplicaKey> seen;
    for (const SeenReplica& r : before.replicas) {
      seen.insert(r.key);
      live += r.state != ReplicaState::kExited;
    }
    for (const ReplicaKey& key : plan.start) {
      RC_ASSERT(!seen.contains(key));
      RC_ASSERT(desired_.run);
      const auto held = before.not_before.find(key);
      // Outside of the macro, which evaluates both sides of an "or".
      const bool may_start = held == before.not_before.end() || held->second <= now_;
      RC_ASSERT(may_start);
    }
    RC_ASSERT(std::set<ReplicaKey>(plan.start.begin(), plan.start.end()).size() ==
              plan.start.size());
    const int goal =
        std::max(desired_.wanted.replicas, desired_.proven ? desired_.proven->replicas : ready());
    RC_ASSERT(live + static_cast<int>(plan.start.size()) <= std::max({live, goal, capacity_}));

    for (const ReplicaKey& key : plan.stop) {
      const Copy& copy = copies_.at(key);
      RC_ASSERT(!copy.leaving);
      if (copy.state == ReplicaState::kExited || !copy.in_use) continue;
      RC_ASSERT(copy.state == ReplicaState::kDraining);
      RC_ASSERT(now_ - copy.since >= desired_.drain_time);
    }
    if (!desired_.run) {
      RC_ASSERT(plan.routable.empty());
      return;
    }
    // What serves is never given up below the floor by our own doing.
    const int old = desired_.proven && desired_.proven->revision != desired_.wanted.revision
                        ? desired_.proven->replicas
                        : ready();
    const int floor =
        std::min(old, desired_.wanted.replicas) - (plan.strategy == Strategy::kOneAtATime ? 1 : 0);
    RC_ASSERT(static_cast<int>(plan.routable.size()) >= std::min(ready(), floor));
    if (plan.complete) {
      RC_ASSERT(static_cast<int>(plan.routable.size()) >= desired_.wanted.replicas);
    }
  }

  // The node, the gateways and time go on; `trouble` is how often something fails, in percent.
  void go_on(int trouble) {
    now_ += milliseconds(1 + roll(400));
    for (auto it = copies_.begin(); it != copies_.end();) {
      auto& [key, copy] = *it;
      if (copy.leaving && chance(50)) {
        it = copies_.erase(it);
        continue;
      }
      const bool broken = broken_revision_ == key.revision;
      if (copy.state == ReplicaState::kStarting && chance(50)) {
        if (broken || chance(trouble)) {
          fail(key, copy);
        } else {
          enter(copy, ReplicaState::kReady);
          not_before_.erase(key);
        }
      } else if (copy.state == ReplicaState::kReady && chance(trouble)) {
        if (chance(50)) {
          fail(key, copy);
        } else {
          enter(copy, ReplicaState::kUnready);
        }
      } else if (copy.state == ReplicaState::kUnready && chance(50)) {
        enter(copy, ReplicaState::kReady);
      }
      ++it;
    }
    for (auto& [key, copy] : copies_) {
      if (!chance(60)) continue;  // this gateway is late
      copy.in_use = copy.everywhere = routable_.contains(key);
    }
  }

  void enter(Copy& copy, ReplicaState state) {
    copy.state = state;
    copy.since = now_;
  }
  void fail(const ReplicaKey& key, Copy& copy) {
    enter(copy, ReplicaState::kExited);
    not_before_[key] = now_ + backoff_delay(++copy.failures, dice_());
  }

  void prove_when_complete() {
    if (plan_rollout(desired_, situation()).complete) desired_.proven = desired_.wanted;
  }
  void change_mind() {
    switch (roll(4)) {
      case 0:
        desired_.run = !desired_.run;
        break;
      case 1:
        desired_.wanted.replicas = 1 + roll(5);
        break;
      default:
        desired_.wanted = {desired_.wanted.revision + 1, 1 + roll(5)};
        desired_.run = true;
        broken_revision_ = chance(30) ? desired_.wanted.revision : 0;
    }
  }
  void heal() {
    broken_revision_ = 0;
    desired_.run = true;
  }

  bool settled() const {
    if (static_cast<int>(copies_.size()) != desired_.wanted.replicas) return false;
    return std::all_of(copies_.begin(), copies_.end(), [&](const auto& entry) {
      return entry.first.revision == desired_.wanted.revision &&
             entry.second.state == ReplicaState::kReady && entry.second.everywhere;
    });
  }

 private:
  std::mt19937_64 dice_;
  int capacity_ = 0;
  Desired desired_;
  Monotonic now_{std::chrono::hours(1)};
  std::map<ReplicaKey, Copy> copies_;
  std::map<ReplicaKey, Monotonic> not_before_;
  std::set<ReplicaKey> routable_;
  int64_t broken_revision_ = 0;
};

RC_GTEST_PROP(RolloutProperty, ends_with_exactly_what_is_wanted_whatever_happened_before, ()) {
  SimulatedNode node(*rc::gen::arbitrary<uint64_t>());
  const int steps = *rc::gen::inRange(0, 120);
  for (int i = 0; i < steps; ++i) {
    if (node.chance(6)) node.change_mind();
    node.plan_and_act();
    node.go_on(10);
    node.prove_when_complete();
  }
  node.heal();
  int left = 2000;
  while (!node.settled()) {
    RC_ASSERT(--left > 0);
    node.plan_and_act();
    node.go_on(0);
    node.prove_when_complete();
  }
}

}  // namespace
}  // namespace slipway::planner
