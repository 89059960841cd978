#include "control/deployment_update.h"

#include <fmt/format.h>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_record.h"
#include "control/deployment_view.h"
#include "domain/spec_diff.h"
#include "domain/spec_rules.h"
#include "store/deployments.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

Result<DeploymentView> update_in(store::WriteTransaction& tx, const DeploymentParts& parts,
                                 const Caller& caller, domain::Deployment deployment,
                                 const SpecPatch& patch, const std::string& message) {
  TRY_ASSIGN(const DeploymentView before, load_view(tx, deployment));
  const domain::Spec spec = apply_patch(before.revision.spec, patch);
  TRY_ASSIGN(std::vector<FieldError> problems, check_spec_here(tx, spec));
  if (auto problem = domain::check_message(message)) problems.push_back({"message", *problem});
  TRY(refuse_if_any(fmt::format("deployment '{}' cannot be updated", deployment.id),
                    std::move(problems)));

  const bool stopped = deployment.desire == domain::Desire::kStopped;
  const bool equal = spec == before.revision.spec;
  if (equal && !stopped) {
    return fail(ErrorCode::kConflict,
                fmt::format("nothing would change: revision {} of deployment '{}' says exactly "
                            "this already",
                            deployment.revision, deployment.id));
  }
  AcceptedChange change{.action = "update", .message = message};
  change.before = audited_json(deployment, before.revision.spec);
  change.changes = domain::spec_diff(before.revision.spec, spec);
  change.detail = fmt::format("revision {} again", deployment.revision);
  deployment.generation += 1;
  deployment.desire = domain::Desire::kRunning;
  deployment.updated_by = caller.user;
  deployment.updated_at = parts.clock.now();
  if (!equal) {
    deployment.revision += 1;
    TRY(store::revisions::insert(tx, {.deployment_id = deployment.id,
                                      .number = deployment.revision,
                                      .spec = spec,
                                      .author = caller.user,
                                      .created_at = deployment.updated_at,
                                      .message = message}));
    change.detail =
        fmt::format("revision {}: {}", deployment.revision, domain::describe(change.changes));
  }
  if (stopped) change.detail += "; starts it";
  change.after = audited_json(deployment, spec);
  TRY(store::deployments::update(tx, deployment));
  TRY(record_accepted(tx, caller, deployment, change));
  return load_view(tx, std::move(deployment));
}

}  // namespace

domain::Spec apply_patch(domain::Spec spec, const SpecPatch& patch) {
  const auto set = [](auto& field, const auto& change) {
    if (change) field = *change;
  };
  set(spec.image, patch.image);
  set(spec.instance_type, patch.instance_type);
  set(spec.replicas, patch.replicas);
  set(spec.environment, patch.environment);
  set(spec.metadata, patch.metadata);
  set(spec.description, patch.description);
  set(spec.port, patch.port);
  set(spec.health_path, patch.health_path);
  set(spec.progress_deadline, patch.progress_deadline);
  set(spec.request_timeout, patch.request_timeout);
  set(spec.body_limit, patch.body_limit);
  set(spec.drain_time, patch.drain_time);
  return spec;
}

Result<DeploymentView> update_deployment(const DeploymentParts& parts, const Caller& caller,
                                         const std::string& id, const SpecPatch& patch,
                                         const std::string& message, ExpectedGeneration expected) {
  return parts.store.write([&](store::WriteTransaction& tx) -> Result<DeploymentView> {
    TRY_ASSIGN(domain::Deployment deployment, find_changeable(tx, caller, id, expected));
    return update_in(tx, parts, caller, std::move(deployment), patch, message);
  });
}

}  // namespace slipway::control
