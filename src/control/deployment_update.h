#pragma once
// The use cases "update" (a new revision from the newest one and a patch) and "rollback" (a new
// revision that says what an old one said).

#include <string>

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

Result<DeploymentView> update_deployment(const DeploymentParts& parts, const Caller& caller,
                                         const std::string& id, const SpecPatch& patch,
                                         const std::string& message, ExpectedGeneration expected);

// "rollback to #k" stands for an empty message.
Result<DeploymentView> rollback_deployment(const DeploymentParts& parts, const Caller& caller,
                                           const std::string& id, int64_t number,
                                           const std::string& message, ExpectedGeneration expected);

}  // namespace slipway::control
