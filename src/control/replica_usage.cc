#include "control/replica_usage.h"

#include <algorithm>

#include "store/deployments.h"
#include "store/instance_types.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

using engine::RunState;
using store::ReplicaRun;
using store::ReplicaSpanRow;

// As far as the store still knows; a run of a deployment that is not there is nobody's.
Result<std::optional<domain::UsageSubject>> subject_of(store::ReadTransaction& tx,
                                                       const domain::ReplicaKey& key) {
  TRY_ASSIGN(const auto deployment, store::deployments::find(tx, key.deployment_id));
  if (!deployment) return std::nullopt;
  domain::UsageSubject subject;
  subject.group = deployment->group;
  subject.deployment_id = deployment->id;
  subject.deployment_name = deployment->name;
  TRY_ASSIGN(const auto revision, store::revisions::find(tx, key.deployment_id, key.revision));
  if (!revision) return subject;
  subject.instance_type = revision->spec.instance_type;
  TRY_ASSIGN(const auto type, store::instance_types::find(tx, subject.instance_type));
  if (!type) return subject;
  subject.cpu_millis = type->cpu_millis;
  subject.memory_bytes = type->memory_bytes;
  subject.gpus = type->gpus;
  return subject;
}

// As the engine tells it, if it does; never before its start.
Timestamp end_of(const engine::ObservedReplica& replica, Timestamp now) {
  if (replica.finished_at <= replica.started_at) return std::max(replica.started_at, now);
  return replica.finished_at;
}

}  // namespace

ReplicaUsage::ReplicaUsage(store::Store& store, const Clock& clock, Logger logger)
    : store_(store), clock_(clock), logger_(std::move(logger)) {}

bool ReplicaUsage::load() {
  if (loaded_) return true;
  const Result<void> done = store_.read([&](store::ReadTransaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto rows, store::replica_spans::open(tx));
    TRY_ASSIGN(heartbeat_, store::replica_spans::seen_at(tx));
    for (const ReplicaSpanRow& row : rows) {
      const Timestamp seen = std::max(row.run.started_at, heartbeat_.value_or(Timestamp{}));
      known_[row.subject.deployment_id].push_back(
          {.run = row.run, .ended = false, .seen_at = seen});
    }
    return {};
  });
  if (!done) {
    known_.clear();
    logger_.error("what ran before cannot be read", {{"error", done.error().message}});
    return false;
  }
  loaded_ = true;
  return true;
}

void ReplicaUsage::look(const std::optional<std::set<std::string>>& scope,
                        const std::map<std::string, engine::ObservedWorkload>& observed) {
  if (!load()) return;
  const Timestamp now = clock_.now();
  Changes changes;
  const auto look_at_one = [&](const std::string& id) {
    const auto at = observed.find(id);
    look_at(id, at == observed.end() ? nullptr : &at->second, now, changes);
  };
  if (scope) {
    for (const std::string& id : *scope) look_at_one(id);
  } else {
    for (const auto& [id, one] : observed) look_at(id, &one, now, changes);
    for (const auto& [id, runs] : known_) {
      if (!observed.contains(id)) look_at_one(id);
    }
  }
  // A clock that was set back is followed.
  const bool is_due =
      !heartbeat_ || now >= *heartbeat_ + kHeartbeat || now < *heartbeat_ - kHeartbeat;
  const bool anything = !known_.empty() || !changes.begins.empty();
  const bool heartbeat = !scope && anything && is_due;
  if (heartbeat || !changes.begins.empty() || !changes.ends.empty()) {
    if (const Result<void> done = write(changes, heartbeat, now); !done) {
      logger_.error("what runs cannot be written down for the usage; it is tried again",
                    {{"error", done.error().message}});
      return;
    }
  }
  if (heartbeat) heartbeat_ = now;
  for (auto& [id, runs] : changes.runs) {
    if (runs.empty()) {
      known_.erase(id);
    } else {
      known_.insert_or_assign(id, std::move(runs));
    }
  }
}

void ReplicaUsage::look_at(const std::string& deployment_id,
                           const engine::ObservedWorkload* observed, Timestamp now,
                           Changes& changes) {
  Runs next;
  bool changed = false;
  const auto known = known_.find(deployment_id);
  static const Runs kNone;
  const Runs& before = known == known_.end() ? kNone : known->second;
  if (observed != nullptr) {
    for (const engine::WorkloadReplica& replica : observed->replicas) {
      const engine::ObservedReplica& seen = replica.observed;
      if (seen.state == RunState::kCreated || seen.engine_id.empty()) continue;
      if (seen.started_at == Timestamp{}) continue;
      const ReplicaRun run{seen.key.id(), seen.engine_id, seen.started_at};
      const bool ended = seen.state == RunState::kExited;
      const auto at = std::find_if(before.begin(), before.end(),
                                   [&](const Known& one) { return one.run == run; });
      if (at == before.end()) {
        const auto end = ended ? std::optional(end_of(seen, now)) : std::nullopt;
        changes.begins.push_back({seen.key, run, end});
        changed = true;
      } else if (ended && !at->ended) {
        changes.ends.push_back({run, end_of(seen, now)});
        changed = true;
      }
      next.push_back({.run = run, .ended = ended, .seen_at = now});
    }
  }
  for (const Known& one : before) {
    const bool is_there = std::any_of(next.begin(), next.end(),
                                      [&](const Known& other) { return other.run == one.run; });
    if (is_there) continue;
    changed = true;
    if (one.ended) continue;
    const bool is_steady = now - one.seen_at <= kSteadyLook;
    changes.ends.push_back({one.run, std::max(one.run.started_at, is_steady ? now : one.seen_at)});
  }
  if (changed) {
    changes.runs.insert_or_assign(deployment_id, std::move(next));
  } else if (known != known_.end()) {
    for (Known& one : known->second) one.seen_at = now;
  }
}

Result<void> ReplicaUsage::write(const Changes& changes, bool heartbeat, Timestamp now) {
  return store_.write([&](store::WriteTransaction& tx) -> Result<void> {
    for (const Begin& begin : changes.begins) {
      TRY_ASSIGN(const auto subject, subject_of(tx, begin.key));
      if (!subject) continue;
      const ReplicaSpanRow row{.run = begin.run, .subject = *subject, .ended_at = begin.ended_at};
      TRY(store::replica_spans::add(tx, row));
      // It may have been written by an earlier run of ours as one that goes on.
      if (begin.ended_at) TRY(store::replica_spans::close(tx, begin.run, *begin.ended_at));
    }
    for (const End& end : changes.ends) {
      TRY(store::replica_spans::close(tx, end.run, end.ended_at));
    }
    if (heartbeat) TRY(store::replica_spans::set_seen_at(tx, now));
    return {};
  });
}

}  // namespace slipway::control
