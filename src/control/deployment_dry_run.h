#pragma once
// The use cases that only look ahead: is an id free, and what would a create or an update do.

#include <optional>
#include <string>

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

Result<IdProposal> propose_id(const DeploymentParts& parts, const std::optional<std::string>& id,
                              const std::optional<std::string>& name);

Result<DryRun> dry_run_create(const DeploymentParts& parts, const Caller& caller,
                              const NewDeployment& wanted);
Result<DryRun> dry_run_update(const DeploymentParts& parts, const Caller& caller,
                              const std::string& id, const SpecPatch& patch,
                              const std::string& message);

}  // namespace slipway::control
