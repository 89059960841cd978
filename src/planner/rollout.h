#pragma once
// The policy of a deployment on one node: from what shall run and what does run, the next actions.
// Stateless, pure and idempotent: with its own actions already under way it plans nothing new. Time
// is passed in. Owned by nobody; any thread.
//
// What it holds to:
//  - The replicas of an older revision serve until those of the wanted one are ready and every
//    gateway routes to them; then they drain, and end when no gateway uses them any more or the
//    drain time is over. A wanted revision that never gets ready leaves the older one serving.
//  - kSurge: there is room beside the old replicas, nothing is taken out of service before its
//    successor serves. kOneAtATime: there is none; one less than wanted serves during the update.
//    With one replica that means none: should the new one fail, the old one is brought back.
//  - A replica that ended is started again after its backoff, of the old revision too while the new
//    one is not complete.
//  - Nothing is started beyond the budget: what the group's quota leaves.
//  - Nothing is ended while a gateway may send to it, until its drain time is over.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/quota.h"
#include "domain/replica.h"

namespace slipway::planner {

struct RevisionGoal {
  int64_t revision = 0;
  int replicas = 0;
  bool operator==(const RevisionGoal&) const = default;
};

struct Desired {
  std::string deployment_id;
  bool run = true;
  RevisionGoal wanted = {};
  std::optional<RevisionGoal> proven = {};  // an older revision that has served
  std::chrono::milliseconds drain_time{30'000};
  // When the wanted revision is late; none: it was complete already.
  std::optional<Monotonic> deadline = {};
  // Its replicas end again and again: known to be broken before the deadline.
  bool wanted_is_broken = false;
};

struct SeenReplica {
  domain::ReplicaKey key;
  domain::ReplicaState state = domain::ReplicaState::kStarting;
  Monotonic since{};        // when `state` began
  bool in_use = false;      // a gateway may still send to it or wait for its answer
  bool everywhere = false;  // every gateway routes to it
  bool leaving = false;     // its end was ordered already
};

struct Situation {
  std::vector<SeenReplica> replicas = {};
  // Keys that failed before, and when each may be tried again.
  std::map<domain::ReplicaKey, Monotonic> not_before = {};
  int room = 0;  // how many replicas fit beside those that live now
  // What may be placed at all, wanted or not (group_share.h), and the sizes of a replica of the
  // wanted and of any older revision; none: no such bound.
  struct Budget {
    domain::Usage left = {};
    domain::Usage wanted = {};
    domain::Usage older = {};
  };
  std::optional<Budget> budget = {};
  Monotonic now{};
};

enum class Strategy { kSurge, kOneAtATime };
std::string_view to_string(Strategy strategy);

struct Plan {
  std::vector<domain::ReplicaKey> start;     // keys of which nothing exists
  std::vector<domain::ReplicaKey> drain;     // from now on kDraining: no new requests
  std::vector<domain::ReplicaKey> stop;      // end and remove, with what is left of it
  std::vector<domain::ReplicaKey> routable;  // shall stand in the next snapshot
  std::optional<Monotonic> wake_at;          // plan again then, should nothing happen before
  Strategy strategy = Strategy::kSurge;
  bool complete = false;       // the wanted replicas, all of them, serve everywhere
  bool past_deadline = false;  // they do not, and should have by now
  // For people: what is under way and why, one line; empty when nothing is.
  std::string reason;
};

Plan plan_rollout(const Desired& desired, const Situation& situation);

}  // namespace slipway::planner
