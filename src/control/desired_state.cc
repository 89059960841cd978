#include "control/desired_state.h"

#include <fmt/format.h>

#include "control/client_digests.h"
#include "store/deployments.h"
#include "store/groups.h"
#include "store/instance_types.h"
#include "store/revisions.h"
#include "store/statuses.h"

namespace slipway::control {
namespace {

using store::ReadTransaction;

Result<engine::WorkloadRevision> resolve(ReadTransaction& tx, const std::string& id,
                                         int64_t number) {
  TRY_ASSIGN(const auto revision, store::revisions::find(tx, id, number));
  if (!revision) {
    return fail(ErrorCode::kInternal,
                fmt::format("deployment '{}' has no revision {} in the store", id, number));
  }
  TRY_ASSIGN(const auto type, store::instance_types::find(tx, revision->spec.instance_type));
  if (!type) {
    return fail(ErrorCode::kInternal,
                fmt::format("revision {} of deployment '{}' wants the instance type '{}', which "
                            "is not in the store",
                            number, id, revision->spec.instance_type));
  }
  engine::WorkloadRevision out;
  out.number = number;
  out.spec = revision->spec;
  out.instance_type = *type;
  TRY_ASSIGN(out.container, first_container(tx, id, number));
  return out;
}

using Groups = std::map<std::string, domain::Group>;

Result<const domain::Group*> group_of(ReadTransaction& tx, const std::string& name, Groups& known) {
  const auto at = known.find(name);
  if (at != known.end()) return &at->second;
  TRY_ASSIGN(auto group, store::groups::find(tx, name));
  if (!group) return fail(ErrorCode::kInternal, fmt::format("group '{}' is missing", name));
  return &known.emplace(name, std::move(*group)).first->second;
}

Result<DesiredDeployment> load_one(ReadTransaction& tx, const domain::Deployment& deployment,
                                   Groups& groups) {
  DesiredDeployment out;
  out.deployment = deployment;
  out.workload.deployment_id = deployment.id;
  out.workload.group = deployment.group;
  out.workload.generation = deployment.generation;
  TRY_ASSIGN(const domain::Group* group, group_of(tx, deployment.group, groups));
  out.group_enabled = group->deployment_enabled;
  out.workload.quota = group->quota;
  out.workload.accepted_at = deployment.updated_at;
  out.workload.run = deployment.desire == domain::Desire::kRunning && out.group_enabled;
  TRY_ASSIGN(out.workload.wanted, resolve(tx, deployment.id, deployment.revision));
  if (deployment.proven_revision != 0 && deployment.proven_revision != deployment.revision) {
    TRY_ASSIGN(out.workload.proven, resolve(tx, deployment.id, deployment.proven_revision));
  }
  TRY_ASSIGN(out.status, store::statuses::find(tx, deployment.id));
  if (out.workload.wanted.spec.private_access) {
    TRY_ASSIGN(out.clients, routed_clients(tx, deployment.id));
  }
  return out;
}

}  // namespace

Result<int64_t> first_container(ReadTransaction& tx, const std::string& deployment_id,
                                int64_t number) {
  int64_t first = number;
  TRY_ASSIGN(auto revision, store::revisions::find(tx, deployment_id, number));
  while (first > 1 && revision) {
    TRY_ASSIGN(auto before, store::revisions::find(tx, deployment_id, first - 1));
    if (!before || !is_same_container(before->spec, revision->spec)) break;
    --first;
    revision = std::move(before);
  }
  return first;
}

bool is_same_container(const domain::Spec& before, const domain::Spec& after) {
  return before.image == after.image && before.instance_type == after.instance_type &&
         before.environment == after.environment && before.port == after.port;
}

Result<std::map<std::string, DesiredDeployment>> load_desired(
    store::Store& store, const std::optional<std::set<std::string>>& ids) {
  using Loaded = std::map<std::string, DesiredDeployment>;
  return store.read([&](ReadTransaction& tx) -> Result<Loaded> {
    Loaded loaded;
    Groups groups;
    if (!ids) {
      TRY_ASSIGN(const auto all, store::deployments::all(tx));
      for (const domain::Deployment& deployment : all) {
        TRY_ASSIGN(loaded[deployment.id], load_one(tx, deployment, groups));
      }
      return loaded;
    }
    for (const std::string& id : *ids) {
      TRY_ASSIGN(const auto deployment, store::deployments::find(tx, id));
      if (!deployment) continue;
      TRY_ASSIGN(loaded[id], load_one(tx, *deployment, groups));
    }
    return loaded;
  });
}

}  // namespace slipway::control
