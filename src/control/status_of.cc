#include "control/status_of.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace slipway::control {

using domain::Desire;
using domain::Phase;
using domain::ReplicaState;
using domain::Status;
using engine::WorkloadReplica;

namespace {

bool is_wanted(const StatusEvidence& e, const WorkloadReplica& replica) {
  return replica.observed.key.revision == e.wanted_key &&
         replica.observed.key.ordinal < e.wanted_replicas;
}

std::string replicas(size_t n) { return fmt::format("{} replica{}", n, n == 1 ? "" : "s"); }

void judge_ending(const StatusEvidence& e, Status* status) {
  const size_t left = e.observed ? e.observed->replicas.size() : 0;
  const bool deleting = e.deployment.desire == Desire::kDeleted;
  status->phase = left == 0 && !deleting ? Phase::kStopped : Phase::kStopping;
  if (left == 0) {
    status->reason = deleting ? "being deleted" : "stopped; nothing of it runs";
    return;
  }
  status->reason = fmt::format("{}{} to end", deleting ? "being deleted: " : "", replicas(left));
  if (e.observed->problem) status->reason += "; " + *e.observed->problem;
}

// What stands in the way, the whole before the single replica; empty: nothing but time.
std::string obstacle(const engine::ObservedWorkload& observed) {
  if (observed.problem) return *observed.problem;
  if (!observed.waits.empty()) return observed.waits;
  if (observed.trouble) {
    return fmt::format("replica {} {}", observed.trouble->replica, observed.trouble->cause);
  }
  return {};
}

// Not its owner's doing, so it is not "stopped": it comes back when the group is switched on.
void judge_switched_off(const StatusEvidence& e, Status* status) {
  status->phase = Phase::kFailed;
  status->reason =
      fmt::format("Model Deployment is not enabled for group '{}'", e.deployment.group);
  const size_t left = e.observed ? e.observed->replicas.size() : 0;
  if (left != 0) status->reason += fmt::format("; {} to end", replicas(left));
}

void judge_running(const StatusEvidence& e, Status* status) {
  status->phase = Phase::kDeploying;
  const std::string count =
      fmt::format("{} of {} ready", status->ready_replicas, replicas(e.wanted_replicas));
  if (e.observed == nullptr || e.observed->generation != e.deployment.generation) {
    status->reason = count;
    return;
  }
  const engine::ObservedWorkload& observed = *e.observed;
  const std::string in_the_way = obstacle(observed);

  if (status->ready_replicas >= e.wanted_replicas) {
    const bool was_deployed = e.previous && e.previous->phase == Phase::kDeployed &&
                              e.previous->generation == e.deployment.generation;
    // Once said, a gateway that restarts does not take it back: it begins with what it last knew.
    const bool routed =
        was_deployed ||
        std::all_of(observed.replicas.begin(), observed.replicas.end(), [&](const auto& replica) {
          return !is_wanted(e, replica) || e.everywhere(replica.observed.key);
        });
    status->reason = count;
    if (!routed) {
      status->reason += e.any_gateway ? ", not every gateway routes to them yet"
                                      : ", no gateway has asked for its routes yet";
      if (observed.past_deadline) status->phase = Phase::kFailed;
      return;
    }
    status->phase = Phase::kDeployed;
    if (observed.problem) status->reason += "; " + *observed.problem;
    return;
  }

  status->trouble = observed.trouble;
  if (observed.failing || observed.past_deadline) {
    status->phase = Phase::kFailed;
    status->reason = in_the_way.empty() ? count : in_the_way;
    if (observed.past_deadline && !observed.failing) {
      status->reason = fmt::format("{} within {}", count, format_duration(e.progress_deadline));
      if (!in_the_way.empty()) status->reason += ": " + in_the_way;
    }
  } else {
    status->reason = count;
    if (!in_the_way.empty()) status->reason += ": " + in_the_way;
  }
  if (!observed.progress.empty()) status->reason += "; " + observed.progress;
  if (status->serving_revision != 0 && status->serving_revision != e.deployment.revision) {
    status->reason += fmt::format("; revision {} goes on serving", status->serving_revision);
  }
}

}  // namespace

int64_t serving_revision(const domain::Deployment& deployment, int64_t wanted_key,
                         const engine::ObservedWorkload& observed) {
  std::map<int64_t, int> routable;
  for (const WorkloadReplica& replica : observed.replicas) {
    if (replica.routable) ++routable[replica.observed.key.revision];
  }
  if (routable.empty()) return 0;
  // The most; of equals the newest.
  const auto most =
      std::max_element(routable.begin(), routable.end(),
                       [](const auto& a, const auto& b) { return a.second <= b.second; });
  if (most->first == wanted_key) return deployment.revision;
  // Containers of an older number may serve for the revision that was proven last.
  if (deployment.proven_revision > most->first &&
      deployment.proven_revision != deployment.revision) {
    return deployment.proven_revision;
  }
  return most->first;
}

Status status_of(const StatusEvidence& e) {
  Status status;
  status.generation = e.deployment.generation;
  status.wanted_replicas = e.wanted_replicas;
  if (e.observed) {
    status.serving_revision = serving_revision(e.deployment, e.wanted_key, *e.observed);
    for (const WorkloadReplica& replica : e.observed->replicas) {
      status.ready_replicas += is_wanted(e, replica) && replica.state == ReplicaState::kReady;
    }
  }
  if (e.deployment.desire == Desire::kRunning && !e.group_enabled) {
    judge_switched_off(e, &status);
  } else if (e.deployment.desire == Desire::kRunning) {
    judge_running(e, &status);
  } else {
    judge_ending(e, &status);
  }
  status.since = e.previous && e.previous->phase == status.phase ? e.previous->since : e.now;
  return status;
}

}  // namespace slipway::control
