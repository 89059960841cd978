#include "control/deployment_update.h"

#include <fmt/format.h>

#include "control/deployment_access.h"
#include "control/deployment_revise.h"
#include "control/deployment_view.h"

namespace slipway::control {

Result<DeploymentView> update_deployment(const DeploymentParts& parts, const Caller& caller,
                                         const std::string& id, const SpecPatch& patch,
                                         const std::string& message, ExpectedGeneration expected) {
  return parts.store.write([&](store::WriteTransaction& tx) -> Result<DeploymentView> {
    TRY_ASSIGN(domain::Deployment deployment, find_changeable(tx, caller, id, expected));
    TRY_ASSIGN(const domain::Revision newest, newest_revision(tx, deployment));
    return revise(tx, parts, caller, std::move(deployment),
                  {.spec = apply_patch(newest.spec, patch), .message = message});
  });
}

Result<DeploymentView> rollback_deployment(const DeploymentParts& parts, const Caller& caller,
                                           const std::string& id, int64_t number,
                                           const std::string& message,
                                           ExpectedGeneration expected) {
  return parts.store.write([&](store::WriteTransaction& tx) -> Result<DeploymentView> {
    TRY_ASSIGN(domain::Deployment deployment, find_changeable(tx, caller, id, expected));
    TRY_ASSIGN(domain::Revision old, find_revision(tx, deployment, number));
    return revise(tx, parts, caller, std::move(deployment),
                  {.spec = std::move(old.spec),
                   .action = "rollback",
                   .message = message.empty() ? fmt::format("rollback to #{}", number) : message,
                   .rollback_of = number});
  });
}

}  // namespace slipway::control
