#pragma once
// Deployments over a Store: what main makes. One store transaction for each use case.

#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "control/deployments.h"
#include "control/outbox.h"
#include "control/replica_views.h"
#include "engine/workload_engine.h"
#include "store/store.h"

namespace slipway::control {

// What the use cases need; everything outlives them.
struct DeploymentParts {
  store::Store& store;
  Clock& clock;
  Random& random;
  ReplicaViews& views;
  engine::WorkloadEngine& engine;  // for what a dry run asks
  logs::LogStore& logs;
  // Null: nobody is told of refusals.
  const Outbox* outbox = nullptr;
};

std::unique_ptr<Deployments> make_deployments(const DeploymentParts& parts);

}  // namespace slipway::control
