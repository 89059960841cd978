#include "planner/rollout.h"

#include <fmt/format.h>

#include <algorithm>

namespace slipway::planner {
namespace {

using domain::ReplicaKey;
using domain::ReplicaState;

// One planning, as an object only so that its steps share what was counted.
class Rollout {
 public:
  Rollout(const Desired& desired, const Situation& situation)
      : desired_(desired), situation_(situation), budget_(situation.budget) {}

  Plan make() {
    if (!desired_.run) {
      for (const SeenReplica& r : situation_.replicas) retire(r);
      end_what_has_drained();
      if (!situation_.replicas.empty()) {
        plan_.reason = fmt::format("{} to end", count(situation_.replicas.size(), "replica"));
      }
      return finish();
    }
    sort_replicas();
    count_serving();
    choose_strategy();
    judge_deadline();
    if (plan_.complete) {
      for (const SeenReplica* r : old_) retire(*r);
    } else {
      drop_superseded();
      keep_old_complete();
      start_new();
      make_room_for_new();
    }
    end_what_has_drained();
    say_what_is_under_way();
    return finish();
  }

 private:
  const RevisionGoal& wanted() const { return desired_.wanted; }

  bool is_wanted(const ReplicaKey& key) const {
    return key.revision == wanted().revision && key.ordinal < wanted().replicas;
  }
  bool is_proven(const ReplicaKey& key) const {
    return proven_ && key.revision == proven_->revision && key.ordinal < proven_->replicas;
  }
  static bool is_staying(const SeenReplica& r) {
    return !r.leaving && r.state != ReplicaState::kDraining;
  }
  static bool is_live(const SeenReplica& r) { return r.state != ReplicaState::kExited; }
  static bool is_ready(const SeenReplica& r) {
    return is_staying(r) && r.state == ReplicaState::kReady;
  }
  bool exists(const ReplicaKey& key) const {
    return std::any_of(situation_.replicas.begin(), situation_.replicas.end(),
                       [&](const SeenReplica& r) { return r.key == key; });
  }
  bool is_retired(const ReplicaKey& key) const {
    return std::find(plan_.drain.begin(), plan_.drain.end(), key) != plan_.drain.end() ||
           std::find(plan_.stop.begin(), plan_.stop.end(), key) != plan_.stop.end();
  }
  bool is_held_back(const ReplicaKey& key) const {
    const auto held = situation_.not_before.find(key);
    return held != situation_.not_before.end() && held->second > situation_.now;
  }
  static std::string count(size_t n, std::string_view noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
  }

  void sort_replicas() {
    if (desired_.proven && desired_.proven->revision != wanted().revision) {
      proven_ = desired_.proven;
    }
    for (const SeenReplica& r : situation_.replicas) {
      if (is_live(r)) ++live_;
      (is_wanted(r.key) ? new_ : old_).push_back(&r);
    }
    // What is given up first stands first: revisions that neither serve by right nor are wanted,
    // then the highest ordinals.
    std::sort(old_.begin(), old_.end(), [&](const SeenReplica* a, const SeenReplica* b) {
      const bool a_proven = is_proven(a->key), b_proven = is_proven(b->key);
      if (a_proven != b_proven) return b_proven;
      if (is_ready(*a) != is_ready(*b)) return is_ready(*b);
      return b->key < a->key;
    });
  }

  void count_serving() {
    for (const SeenReplica* r : new_) serving_new_ += is_ready(*r) && r->everywhere;
    for (const SeenReplica* r : old_) {
      if (!is_ready(*r)) continue;
      ++serving_old_;
      if (is_proven(r->key)) ++serving_proven_;
    }
    plan_.complete = serving_new_ >= wanted().replicas;
  }

  // `slots_` is how many replicas of this deployment may live at once. It counts the living and the
  // room beside them, so that starting and ending replicas does not change the choice half-way.
  void choose_strategy() {
    // Without a proven revision the old ones that live set the mark, those that drain among them:
    // else each drain would lower the mark for the next one.
    int old_live = 0;
    for (const SeenReplica* r : old_) old_live += is_live(*r);
    old_goal_ = proven_ ? proven_->replicas : old_live;
    const int base = std::max(old_goal_, wanted().replicas);
    slots_ = std::max(live_ + std::max(situation_.room, 0), base);
    all_fit_ = slots_ >= old_goal_ + wanted().replicas;
    plan_.strategy = slots_ > base ? Strategy::kSurge : Strategy::kOneAtATime;
    needed_ = std::min(wanted().replicas, proven_ ? old_goal_ : serving_new_ + old_live);
    floor_ = plan_.strategy == Strategy::kOneAtATime ? std::max(0, needed_ - 1) : needed_;
  }

  void judge_deadline() {
    plan_.past_deadline =
        !plan_.complete && desired_.deadline && *desired_.deadline <= situation_.now;
    if (!plan_.complete && desired_.deadline && !plan_.past_deadline) wake(*desired_.deadline);
    // Without room for both, a new revision that is broken must not cost the old one's place.
    give_way_ = (plan_.past_deadline || desired_.wanted_is_broken) && proven_ &&
                plan_.strategy == Strategy::kOneAtATime;
  }

  // Replicas that are neither wanted nor proven: a revision that was overtaken while it rolled, or
  // the ordinals that a smaller revision no longer has.
  void drop_superseded() {
    int others = serving_old_ - serving_proven_;
    for (const SeenReplica* r : old_) {
      if (is_proven(r->key) || !is_staying(*r)) continue;
      if (is_ready(*r)) {
        if (serving_new_ + serving_proven_ + others - 1 < needed_) continue;
        --others;
        --serving_old_;
      } else if (r->in_use && r->state == ReplicaState::kUnready) {
        continue;  // may come back, and nothing better serves yet
      }
      retire(*r);
    }
  }

  void keep_old_complete() {
    expected_ = serving_new_ + serving_old_;
    if (!proven_) return;
    if (give_way_) {
      for (const SeenReplica* r : new_) {
        if (!is_ready(*r)) retire(*r);
      }
    }
    const int goal = give_way_ || all_fit_ ? old_goal_ : floor_;
    bool any_known = give_way_ || desired_.wanted_is_broken || plan_.past_deadline;
    for (const SeenReplica* r : old_) {
      if (!is_proven(r->key)) continue;
      any_known = true;
      // Not ready, but on its way: starting, or cleared away to be started again.
      if (is_live(*r) ? is_staying(*r) && !is_ready(*r) : r->leaving) ++expected_;
    }
    for (int i = 0; i < proven_->replicas && !any_known; ++i) {
      any_known = situation_.not_before.contains(
          {.deployment_id = deployment_id(), .revision = proven_->revision, .ordinal = i});
    }
    // Nothing of it is there and nothing says that it should: the deployment was stopped.
    if (!any_known) return;
    for (int i = 0; i < proven_->replicas && expected_ < goal; ++i) {
      if (start({.deployment_id = deployment_id(), .revision = proven_->revision, .ordinal = i})) {
        ++expected_;
      }
    }
  }

  void start_new() {
    if (give_way_) return;
    for (int i = 0; i < wanted().replicas; ++i) {
      start({.deployment_id = deployment_id(), .revision = wanted().revision, .ordinal = i});
    }
  }

  // Old replicas go one step ahead of new ones only when the new ones do not fit beside them, and
  // only while everything new that was started serves: what is broken must not eat up what works.
  void make_room_for_new() {
    if (give_way_ || all_fit_) return;
    int missing = 0, leaving = 0;
    for (int i = 0; i < wanted().replicas; ++i) {
      const ReplicaKey key{deployment_id(), wanted().revision, i};
      if (exists(key) || started(key)) continue;
      if (is_held_back(key)) return;
      ++missing;
    }
    for (const SeenReplica* r : new_) {
      if (!is_ready(*r) || !r->everywhere) return;
    }
    for (const ReplicaKey& key : plan_.start) {
      if (is_wanted(key)) return;
    }
    for (const SeenReplica* r : old_) {
      leaving += is_live(*r) && (!is_staying(*r) || is_retired(r->key));
    }
    int to_free = missing - leaving;
    int serving = serving_new_ + serving_old_;
    for (const SeenReplica* r : old_) {
      if (to_free <= 0) return;
      if (!is_staying(*r) || !is_live(*r) || is_retired(r->key)) continue;
      if (is_ready(*r)) {
        if (serving - 1 < floor_) continue;
      }
      if (is_ready(*r) || is_proven(r->key)) {
        if (expected_ - 1 < floor_) continue;
        --expected_;
      }
      serving -= is_ready(*r);
      retire(*r);
      --to_free;
    }
  }

  // True: it is being started, or will be when its backoff is over.
  bool start(const ReplicaKey& key) {
    if (is_held_back(key)) {
      wake(situation_.not_before.at(key));
      return true;
    }
    for (const SeenReplica& r : situation_.replicas) {
      if (r.key != key) continue;
      // What is left of the last run stays readable until the next one begins.
      if (r.state == ReplicaState::kExited && !r.leaving && !is_retired(key)) {
        plan_.stop.push_back(key);
        return true;
      }
      return false;
    }
    if (live_ + static_cast<int>(plan_.start.size()) >= slots_) return false;
    if (!take_from_budget(key)) return false;
    plan_.start.push_back(key);
    return true;
  }

  bool take_from_budget(const ReplicaKey& key) {
    if (!budget_) return true;
    const domain::Usage& size = is_wanted(key) ? budget_->wanted : budget_->older;
    const domain::Usage left = budget_->left - size;
    if (domain::at_least(left, {}) != left) return false;  // some of it is below zero
    budget_->left = left;
    return true;
  }

  bool started(const ReplicaKey& key) const {
    return std::find(plan_.start.begin(), plan_.start.end(), key) != plan_.start.end();
  }

  void retire(const SeenReplica& r) {
    if (!is_staying(r) || is_retired(r.key)) return;
    // Ready means that it may stand in a snapshot that is just being made.
    const bool may_get_requests = r.in_use || r.state == ReplicaState::kReady;
    const bool drains = r.state != ReplicaState::kExited && may_get_requests;
    (drains ? plan_.drain : plan_.stop).push_back(r.key);
  }

  void end_what_has_drained() {
    for (const SeenReplica& r : situation_.replicas) {
      if (r.leaving || r.state != ReplicaState::kDraining) continue;
      const Monotonic over = r.since + desired_.drain_time;
      if (!r.in_use || over <= situation_.now) {
        plan_.stop.push_back(r.key);
      } else {
        wake(over);
      }
    }
    if (!plan_.drain.empty()) wake(situation_.now + desired_.drain_time);
  }

  void say_what_is_under_way() {
    if (plan_.complete) {
      if (!old_.empty()) {
        plan_.reason = fmt::format("revision {} serves; {} of an older one drain",
                                   wanted().revision, count(old_.size(), "replica"));
      }
      return;
    }
    if (old_goal_ == 0) return;
    if (give_way_) {
      plan_.reason +=
          fmt::format("; there is no room to try it beside revision {}, which was brought back",
                      proven_->revision);
    } else if (plan_.strategy == Strategy::kSurge) {
      plan_.reason = "the new replicas start beside the old ones";
    } else {
      plan_.reason = "there is no room for more replicas, so they are replaced one at a time";
    }
  }

  Plan finish() {
    for (const SeenReplica& r : situation_.replicas) {
      if (is_ready(r) && !is_retired(r.key)) plan_.routable.push_back(r.key);
    }
    for (auto* keys : {&plan_.start, &plan_.drain, &plan_.stop, &plan_.routable}) {
      std::sort(keys->begin(), keys->end());
    }
    return std::move(plan_);
  }

  void wake(Monotonic at) { plan_.wake_at = plan_.wake_at ? std::min(*plan_.wake_at, at) : at; }

  const std::string& deployment_id() const { return desired_.deployment_id; }

  const Desired& desired_;
  const Situation& situation_;
  std::optional<Situation::Budget> budget_;  // what is left of it
  Plan plan_;
  std::optional<RevisionGoal> proven_;  // only when it is another revision than the wanted one
  std::vector<const SeenReplica*> new_;
  std::vector<const SeenReplica*> old_;
  int live_ = 0;
  int serving_new_ = 0;
  int serving_old_ = 0;
  int serving_proven_ = 0;
  int expected_ = 0;  // serving now, or old and on its way
  int old_goal_ = 0;
  int slots_ = 0;
  int needed_ = 0;  // serving replicas that an update may not fall below, given room
  int floor_ = 0;   // the same with the room there is
  bool all_fit_ = true;
  bool give_way_ = false;
};

}  // namespace

std::string_view to_string(Strategy strategy) {
  return strategy == Strategy::kSurge ? "surge" : "one at a time";
}

Plan plan_rollout(const Desired& desired, const Situation& situation) {
  return Rollout(desired, situation).make();
}

}  // namespace slipway::planner
