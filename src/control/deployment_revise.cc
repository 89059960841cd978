#include "control/deployment_revise.h"

#include <fmt/format.h>

#include "control/deployment_checks.h"
#include "control/deployment_record.h"
#include "control/deployment_view.h"
#include "domain/spec_diff.h"
#include "domain/spec_rules.h"
#include "store/deployments.h"
#include "store/revisions.h"

namespace slipway::control {

Result<CheckedRevision> check_revision(store::ReadTransaction& tx,
                                       const domain::Deployment& deployment,
                                       const NextRevision& next) {
  CheckedRevision out;
  out.runs = deployment.desire == domain::Desire::kRunning;
  TRY_ASSIGN(out.group, find_group(tx, deployment.group));
  TRY_ASSIGN(const domain::Revision newest, newest_revision(tx, deployment));
  out.before = newest.spec;
  TRY_ASSIGN(out.problems, check_spec_here(tx, &out.group, out.intent(deployment, next.spec)));
  if (auto problem = domain::check_message(next.message)) {
    out.problems.push_back({"message", *problem});
  }
  return out;
}

Result<DeploymentView> revise(store::WriteTransaction& tx, const DeploymentParts& parts,
                              const Caller& caller, domain::Deployment deployment,
                              const NextRevision& next) {
  TRY_ASSIGN(const CheckedRevision checked, check_revision(tx, deployment, next));
  TRY(refuse_if_any(fmt::format("deployment '{}' cannot be {}", deployment.id,
                                next.rollback_of == 0 ? "updated" : "rolled back"),
                    checked.problems));
  const bool equal = next.spec == checked.before;
  if (equal && checked.runs) {
    return fail(ErrorCode::kConflict,
                fmt::format("nothing would change: revision {} of deployment '{}' says exactly "
                            "this already",
                            deployment.revision, deployment.id));
  }
  TRY(check_may_run(tx, checked.group, checked.intent(deployment, next.spec)));

  AcceptedChange change{.action = next.action, .message = next.message};
  change.before = audited_json(deployment, checked.before);
  change.changes = domain::spec_diff(checked.before, next.spec);
  change.detail = fmt::format("revision {} again", deployment.revision);
  deployment.generation += 1;
  deployment.desire = domain::Desire::kRunning;
  deployment.updated_by = caller.user;
  deployment.updated_at = parts.clock.now();
  if (!equal) {
    deployment.revision += 1;
    TRY(store::revisions::insert(tx, {.deployment_id = deployment.id,
                                      .number = deployment.revision,
                                      .spec = next.spec,
                                      .author = caller.user,
                                      .created_at = deployment.updated_at,
                                      .message = next.message,
                                      .rollback_of = next.rollback_of}));
    change.detail =
        fmt::format("revision {}: {}", deployment.revision, domain::describe(change.changes));
  }
  if (!checked.runs) change.detail += "; starts it";
  change.after = audited_json(deployment, next.spec);
  TRY(store::deployments::update(tx, deployment));
  TRY(record_accepted(tx, caller, deployment, change));
  return load_view(tx, std::move(deployment));
}

}  // namespace slipway::control
