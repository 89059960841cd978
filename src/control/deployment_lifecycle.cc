#include "control/deployment_lifecycle.h"

#include <fmt/format.h>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_record.h"
#include "control/deployment_view.h"
#include "domain/text_rules.h"
#include "store/deployments.h"

namespace slipway::control {
namespace {

Result<void> change_desire(store::WriteTransaction& tx, const DeploymentParts& parts,
                           const Caller& caller, domain::Deployment& deployment,
                           domain::Desire desire, const std::string& action) {
  TRY_ASSIGN(const domain::Revision revision, newest_revision(tx, deployment));
  const domain::Spec& spec = revision.spec;
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

Result<void> check_start(store::ReadTransaction& tx, const domain::Deployment& deployment) {
  TRY_ASSIGN(const domain::Revision revision, newest_revision(tx, deployment));
  TRY_ASSIGN(const domain::Group group, find_group(tx, deployment.group));
  const Intent intent{.deployment_id = deployment.id, .wanted = &revision.spec};
  TRY_ASSIGN(std::vector<FieldError> problems, check_fields_of_group(tx, group, intent));
  TRY(refuse_if_any(fmt::format("deployment '{}' cannot be started", deployment.id),
                    std::move(problems)));
  return check_may_run(tx, group, intent);
}

}  // namespace

Result<DeploymentView> set_desire(const DeploymentParts& parts, const Caller& caller,
                                  const std::string& id, domain::Desire desire,
                                  ExpectedGeneration expected) {
  return parts.store.write([&](store::WriteTransaction& tx) -> Result<DeploymentView> {
    TRY_ASSIGN(domain::Deployment deployment, find_changeable(tx, caller, id, expected));
    if (deployment.desire != desire) {
      if (desire == domain::Desire::kRunning) TRY(check_start(tx, deployment));
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
