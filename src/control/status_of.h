#pragma once
// What a deployment's status is (design.md §3), from what its owner wants, what runs, and what the
// gateways confirmed. Pure; the reconciler asks it and writes what changed. Reasons hold no times,
// as each change of a reason is a line in the timeline.

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/deployment.h"
#include "domain/status.h"
#include "engine/workload_engine.h"

namespace slipway::control {

struct StatusEvidence {
  domain::Deployment deployment;
  bool group_enabled = true;
  int wanted_replicas = 0;
  int64_t wanted_key = 0;  // the revision in the keys of the newest revision's replicas
  std::chrono::seconds progress_deadline{};
  const engine::ObservedWorkload* observed = nullptr;  // null: nothing of it is there
  bool any_gateway = false;
  std::function<bool(const domain::ReplicaKey&)> everywhere;
  std::optional<domain::Status> previous;
  Timestamp now{};
};

domain::Status status_of(const StatusEvidence& evidence);

// The revision that answers predictions now; 0: none.
int64_t serving_revision(const domain::Deployment& deployment, int64_t wanted_key,
                         const engine::ObservedWorkload& observed);

}  // namespace slipway::control
