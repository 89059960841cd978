#include "control/deployment_lifecycle.h"

#include <fmt/format.h>

#include "control/deployment_access.h"
#include "control/deployment_record.h"
#include "control/deployment_view.h"
#include "domain/text_rules.h"
#include "store/deployments.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

Result<void> change_desire(store::WriteTransaction& tx, const DeploymentParts& parts,
                           const Caller& caller, domain::Deployment& deployment,
                           domain::Desire desire, const std::string& action) {
  TRY_ASSIGN(const auto revision, store::revisions::find(tx, deployment.id, deployment.revision));
  const domain::Spec spec = revision ? revision->spec : domain::Spec{};
  const std::string before = audited_json(deployment, spec);
  deployment.desire = desire;
  deployment.generation += 1;
  deployment.updated_by = caller.user;
  deployment.updated_at = parts.clock.now();
  TRY(store::deployments::update(tx, deployment));
  return record_accepted(tx, caller, deployment,
                         {.action = action,
                          .detail = fmt::format("at revision {}", deployment.revision),
                          .before = before,
                          .after = audited_json(deployment, spec)});
}

}  // namespace

Result<DeploymentView> set_desire(const DeploymentParts& parts, const Caller& caller,
                                  const std::string& id, domain::Desire desire,
                                  ExpectedGeneration expected) {
  return parts.store.write([&](store::WriteTransaction& tx) -> Result<DeploymentView> {
    TRY_ASSIGN(domain::Deployment deployment, find_changeable(tx, caller, id, expected));
    if (deployment.desire != desire) {
      const char* action = desire == domain::Desire::kRunning ? "start" : "stop";
      TRY(change_desire(tx, parts, caller, deployment, desire, action));
    }
    return load_view(tx, std::move(deployment));
  });
}

Result<void> remove_deployment(const DeploymentParts& parts, const Caller& caller,
                               const std::string& id, const std::string& confirm,
                               ExpectedGeneration expected) {
  return parts.store.write([&](store::WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(domain::Deployment deployment, find_visible(tx, caller, id));
    TRY(check_may_write(caller));
    if (confirm != deployment.name) {
      const std::string problem = fmt::format("must be the deployment's name '{}'; it is '{}'",
                                              deployment.name, domain::shortened(confirm));
      return fail(Error{ErrorCode::kInvalid,
                        fmt::format("deployment '{}' was not deleted: confirm {}", id, problem),
                        {{"confirm", problem}}});
    }
    if (deployment.desire == domain::Desire::kDeleted) return {};
    TRY_ASSIGN(deployment, find_changeable(tx, caller, id, expected));
    return change_desire(tx, parts, caller, deployment, domain::Desire::kDeleted, "delete");
  });
}

}  // namespace slipway::control
