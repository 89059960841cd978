#pragma once
// What runs now for a deployment, as the reconcile loop saw it last. The loop provides it, the use
// cases read it. Any thread.

#include <string>
#include <vector>

#include "engine/workload_engine.h"

namespace slipway::control {

class ReplicaViews {
 public:
  virtual ~ReplicaViews() = default;
  // By key; empty when nothing runs or the deployment is unknown.
  virtual std::vector<engine::WorkloadReplica> replicas(const std::string& deployment_id) = 0;
};

}  // namespace slipway::control
