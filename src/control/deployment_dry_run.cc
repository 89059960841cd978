#include "control/deployment_dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_create.h"
#include "control/deployment_revise.h"
#include "control/deployment_view.h"
#include "control/desired_state.h"
#include "domain/deployment_id.h"
#include "domain/image_reference.h"
#include "domain/spec_diff.h"
#include "domain/spec_rules.h"
#include "domain/text_rules.h"
#include "planner/rollout.h"
#include "planner/surge.h"
#include "store/deployments.h"
#include "store/instance_types.h"

namespace slipway::control {
namespace {

constexpr int kIdAttempts = 8;

// What the transaction finds out; image and node are asked after it.
struct Findings {
  DryRun run;
  domain::Spec before;  // of the newest revision
  domain::Spec wanted;
  std::string group;
  bool serves = false;  // an update replaces something that runs
  domain::InstanceType type;
};

bool is_wrong(const DryRun& run, std::string_view field) {
  return std::any_of(run.problems.begin(), run.problems.end(),
                     [&](const FieldError& problem) { return problem.path == field; });
}

Result<void> forecast(store::ReadTransaction& tx, const domain::Group& group, const Intent& intent,
                      Findings& out) {
  out.group = group.name;
  if (const auto enabled = check_enabled(group); !enabled) {
    out.run.refusal = enabled.error().message;
  }
  if (is_wrong(out.run, "instance_type") || is_wrong(out.run, "replicas")) return {};
  TRY_ASSIGN(QuotaForecast quota, forecast_quota(tx, group, intent));
  out.run.quota = quota.quota;
  out.run.before = quota.before;
  out.run.after = quota.after;
  out.run.exceeded = std::move(quota.exceeded);
  TRY_ASSIGN(auto type, store::instance_types::find(tx, intent.wanted->instance_type));
  if (type) out.type = std::move(*type);
  return {};
}

// The planner's own choice, asked with what runs now.
void foresee_rollout(engine::WorkloadEngine& engine, Findings& findings) {
  DryRun& run = findings.run;
  if (!findings.serves) {
    run.strategy = "start";
    run.strategy_reason = "nothing of it runs now";
    return;
  }
  if (is_same_container(findings.before, findings.wanted)) {
    run.strategy = "keep";
    run.strategy_reason = "the replicas that run need not be replaced";
    return;
  }
  const int on_node = engine.room_for(findings.type);
  const int in_quota = domain::how_many_fit(run.quota, run.after, domain::size_of(findings.type),
                                            planner::kMostSurge);
  planner::Desired desired{.deployment_id = {},
                           .wanted = {2, findings.wanted.replicas},
                           .proven = planner::RevisionGoal{1, findings.before.replicas}};
  planner::Situation situation{.room = std::min(on_node, in_quota)};
  for (int i = 0; i < findings.before.replicas; ++i) {
    situation.replicas.push_back({.key = {"", 1, i},
                                  .state = domain::ReplicaState::kReady,
                                  .in_use = true,
                                  .everywhere = true});
  }
  const planner::Strategy strategy = planner::plan_rollout(desired, situation).strategy;
  run.strategy = planner::to_string(strategy);
  if (strategy == planner::Strategy::kSurge) {
    run.strategy_reason = "there is room for new replicas beside the old ones";
  } else if (in_quota <= on_node) {
    run.strategy_reason =
        fmt::format("the quota of group '{}' leaves no room for a replica more than are wanted",
                    findings.group);
  } else {
    run.strategy_reason = "this node has no room for a replica more than are wanted";
  }
}

DryRun finish(engine::WorkloadEngine& engine, Findings findings) {
  if (!is_wrong(findings.run, "image")) {
    findings.run.image =
        engine.find_image({findings.wanted.image, findings.group, findings.wanted.pull_secret});
  }
  if (findings.run.problems.empty()) foresee_rollout(engine, findings);
  return std::move(findings.run);
}

Result<IdProposal> judge_id(store::ReadTransaction& tx, std::string id) {
  IdProposal out{.id = std::move(id)};
  if (auto problem = domain::check_deployment_id(out.id)) {
    out.reason = std::move(*problem);
    return out;
  }
  TRY_ASSIGN(const auto taken, store::deployments::find(tx, out.id));
  out.available = !taken;
  if (taken) {
    out.reason =
        taken->desire == domain::Desire::kDeleted
            ? fmt::format("'{}' is still in use by a deployment that is being deleted", out.id)
            : fmt::format("'{}' is taken", out.id);
  }
  return out;
}

}  // namespace

Result<IdProposal> propose_id(const DeploymentParts& parts, const std::optional<std::string>& id,
                              const std::optional<std::string>& name) {
  if (id.has_value() == name.has_value()) {
    TRY(refuse_if_any("no id can be proposed",
                      {{"id", "must be given, or else the name of the deployment"}}));
  }
  if (name) {
    if (auto problem = domain::check_name(domain::trimmed(*name))) {
      TRY(refuse_if_any("no id can be proposed", {{"name", *problem}}));
    }
  }
  return parts.store.read([&](store::ReadTransaction& tx) -> Result<IdProposal> {
    if (id) return judge_id(tx, *id);
    IdProposal out;
    for (int i = 0; i < kIdAttempts && !out.available; ++i) {
      TRY_ASSIGN(out,
                 judge_id(tx, domain::make_deployment_id(domain::trimmed(*name), parts.random)));
    }
    return out;
  });
}

Result<DryRun> dry_run_create(const DeploymentParts& parts, const Caller& caller,
                              const NewDeployment& wanted) {
  TRY_ASSIGN(Findings findings,
             parts.store.read([&](store::ReadTransaction& tx) -> Result<Findings> {
               TRY_ASSIGN(CheckedCreate checked, check_create(tx, caller, wanted));
               Findings out;
               out.run.problems = std::move(checked.problems);
               out.wanted = std::move(checked.spec);
               out.run.changes = domain::spec_diff({}, out.wanted);
               if (wanted.id && !is_wrong(out.run, "id")) {
                 TRY_ASSIGN(IdProposal id, judge_id(tx, *wanted.id));
                 if (!id.available) out.run.problems.push_back({"id", std::move(id.reason)});
               }
               if (checked.group) {
                 TRY(forecast(tx, *checked.group, {.wanted = &out.wanted}, out));
               }
               return out;
             }));
  return finish(parts.engine, std::move(findings));
}

Result<DryRun> dry_run_update(const DeploymentParts& parts, const Caller& caller,
                              const std::string& id, const SpecPatch& patch,
                              const std::string& message) {
  TRY_ASSIGN(Findings findings,
             parts.store.read([&](store::ReadTransaction& tx) -> Result<Findings> {
               TRY_ASSIGN(const domain::Deployment deployment, find_visible(tx, caller, id));
               TRY_ASSIGN(const domain::Revision newest, newest_revision(tx, deployment));
               Findings out;
               out.wanted = apply_patch(newest.spec, patch);
               TRY_ASSIGN(CheckedRevision checked,
                          check_revision(tx, deployment, {.spec = out.wanted, .message = message}));
               out.before = checked.before;
               out.serves = checked.runs;
               out.run.problems = std::move(checked.problems);
               out.run.changes = domain::spec_diff(checked.before, out.wanted);
               TRY(forecast(tx, checked.group, checked.intent(deployment, out.wanted), out));
               if (deployment.desire == domain::Desire::kDeleted) {
                 out.run.refusal = fmt::format("deployment '{}' is being deleted", id);
               } else if (checked.runs && out.wanted == checked.before) {
                 out.run.refusal = fmt::format(
                     "nothing would change: revision {} says exactly this", deployment.revision);
               }
               return out;
             }));
  return finish(parts.engine, std::move(findings));
}

}  // namespace slipway::control
