#include "control/deployment_view.h"

#include <fmt/format.h>

#include "control/deployment_status.h"
#include "store/instance_types.h"
#include "store/revisions.h"
#include "store/statuses.h"

namespace slipway::control {

Result<domain::Revision> newest_revision(store::ReadTransaction& tx,
                                         const domain::Deployment& deployment) {
  TRY_ASSIGN(auto revision, store::revisions::find(tx, deployment.id, deployment.revision));
  if (revision) return std::move(*revision);
  return fail(ErrorCode::kInternal, fmt::format("revision {} of deployment '{}' is missing",
                                                deployment.revision, deployment.id));
}

Result<domain::Revision> find_revision(store::ReadTransaction& tx,
                                       const domain::Deployment& deployment, int64_t number) {
  TRY_ASSIGN(auto found, store::revisions::find(tx, deployment.id, number));
  if (found) return std::move(*found);
  return fail(ErrorCode::kNotFound,
              fmt::format("deployment '{}' has no revision {}; the newest is {}", deployment.id,
                          number, deployment.revision));
}

Result<DeploymentView> load_view(store::ReadTransaction& tx, domain::Deployment deployment) {
  TRY_ASSIGN(domain::Revision revision, newest_revision(tx, deployment));
  TRY_ASSIGN(const auto status, store::statuses::find(tx, deployment.id));
  TRY_ASSIGN(auto type, store::instance_types::find(tx, revision.spec.instance_type));
  DeploymentView view;
  view.status = presented_status(deployment, revision.spec, status);
  view.instance_type.name = revision.spec.instance_type;
  if (type) view.instance_type = std::move(*type);
  view.deployment = std::move(deployment);
  view.revision = std::move(revision);
  return view;
}

}  // namespace slipway::control
