#include "control/deployment_record.h"

#include <fmt/format.h>

#include "base/json.h"
#include "control/audit_record.h"
#include "store/events.h"
#include "store/history.h"

namespace slipway::control {
namespace {

constexpr std::string_view kMasked = "(hidden)";

}  // namespace

Result<void> record_accepted(store::WriteTransaction& tx, const Caller& caller,
                             const domain::Deployment& deployment, const AcceptedChange& change) {
  Event event;
  event.deployment_id = deployment.id;
  event.time = deployment.updated_at;
  event.kind = "accepted";
  event.message =
      change.detail.empty() ? change.action : fmt::format("{}: {}", change.action, change.detail);
  event.actor = caller.user;
  TRY(store::events::append(tx, event));
  TRY(record_history(tx, caller, deployment, change.action,
                     change.message.empty() ? change.detail : change.message, deployment.updated_at,
                     change.changes));
  return record_change(tx, caller, deployment.updated_at,
                       {.action = "deployment." + change.action,
                        .object = deployment.id,
                        .detail = change.detail,
                        .group = deployment.group,
                        .before = change.before,
                        .after = change.after});
}

Result<void> record_history(store::WriteTransaction& tx, const Caller& caller,
                            const domain::Deployment& deployment, const std::string& kind,
                            const std::string& message, Timestamp now,
                            const std::vector<domain::SpecChange>& changes) {
  TRY(store::history::append(tx, {.deployment_id = deployment.id,
                                  .time = now,
                                  .kind = kind,
                                  .revision = deployment.revision,
                                  .actor = caller.user,
                                  .message = message,
                                  .changes = changes}));
  return {};
}

std::string tagged_json(int64_t revision, const std::string& tag) {
  return dump_json({{"revision", revision}, {"tag", tag}});
}

std::string audited_json(const domain::Deployment& deployment, const domain::Spec& spec) {
  Json environment = Json::object();
  for (const auto& variable : spec.environment) environment[variable.name] = kMasked;
  Json metadata = Json::object();
  for (const auto& entry : spec.metadata) metadata[entry.key] = entry.value;
  return dump_json({{"name", deployment.name},
                    {"group", deployment.group},
                    {"desire", domain::to_string(deployment.desire)},
                    {"revision", deployment.revision},
                    {"image", spec.image},
                    {"pull_secret", spec.pull_secret},
                    {"instance_type", spec.instance_type},
                    {"replicas", spec.replicas},
                    {"environment", environment},
                    {"metadata", metadata},
                    {"description", spec.description},
                    {"port", spec.port},
                    {"health_path", spec.health_path.value_or("")},
                    {"access", spec.private_access ? "private" : "public"},
                    {"progress_deadline_seconds", spec.progress_deadline.count()},
                    {"request_timeout_ms", spec.request_timeout.count()},
                    {"body_limit_bytes", spec.body_limit},
                    {"drain_seconds", spec.drain_time.count()},
                    {"replica_concurrency", spec.replica_concurrency},
                    {"requests_per_minute", spec.requests_per_minute},
                    {"allow_websocket", spec.allow_websocket}});
}

}  // namespace slipway::control
