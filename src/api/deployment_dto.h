#pragma once
// Deployments, revisions, replicas and events as JSON, both ways. Reading names every bad field by
// path: wrong types and unknown members are found here, the rules of values in domain/spec_rules.h;
// both end up in one Error. Pure functions; nothing else in the room knows these members.

#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"
#include "control/deployments.h"

namespace slipway::api {

// <public-url>/deployment/<id>/api/v1.0/predictions (design.md §3).
std::string endpoint_of(std::string_view public_url, std::string_view id);

Json deployment_json(const control::DeploymentView& view, std::string_view public_url);
Json status_json(const domain::Status& status);
Json revision_json(const domain::Revision& revision);
Json replica_json(const engine::WorkloadReplica& replica);
Json changes_json(const std::vector<domain::SpecChange>& changes);
Json history_json(const domain::HistoryEntry& entry);
Json dry_run_json(const control::DryRun& run);
// Amounts by name: {"cpu_millis": 4000, "memory_bytes": null, ...}; null: no limit.
Json quota_json(const domain::Quota& quota);
Json usage_json(const domain::Usage& usage);
Json event_json(const domain::Event& event);

// The body of a create.
Result<control::NewDeployment> read_new_deployment(const Json& document);

struct RollbackRequest {
  int64_t revision = 0;
  std::string message;
};
Result<RollbackRequest> read_rollback(const Json& document);
Result<std::string> read_tag(const Json& document);

struct DeploymentPatch {
  control::SpecPatch changes;
  std::string message;
};
// The body of a PATCH: any of the writable members; name, id and group cannot be changed.
Result<DeploymentPatch> read_deployment_patch(const Json& document);

}  // namespace slipway::api
