#pragma once
// What shall run, read from the store and resolved: per deployment the workload to apply, and the
// status that was written last. Values; read by the reconciler on its own thread.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "domain/status.h"
#include "engine/workload_engine.h"
#include "snapshot/client.h"
#include "store/store.h"

namespace slipway::control {

struct DesiredDeployment {
  domain::Deployment deployment;
  bool group_enabled = true;  // otherwise nothing of it runs, whatever its owner wants
  engine::Workload workload;
  std::optional<domain::Status> status;
  std::vector<snapshot::Client> clients = {};  // of a private endpoint
  bool operator==(const DesiredDeployment&) const = default;
};

// `ids` only, or all of them. What is not in the answer is not in the store.
Result<std::map<std::string, DesiredDeployment>> load_desired(
    store::Store& store, const std::optional<std::set<std::string>>& ids);

// The first of the unbroken line of revisions up to `number` that run in the same containers: it is
// in the names of the replicas.
Result<int64_t> first_container(store::ReadTransaction& tx, const std::string& deployment_id,
                                int64_t number);

// Would a replica of `before` notice that it serves `after` now? Only what the container gets
// counts, not how many there are or what the gateway does.
bool is_same_container(const domain::Spec& before, const domain::Spec& after);

}  // namespace slipway::control
