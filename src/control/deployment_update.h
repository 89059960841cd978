#pragma once
// The use case "update": a new revision from the newest one and a patch.

#include <string>

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

// What the patch does not name stays. Pure.
domain::Spec apply_patch(domain::Spec spec, const SpecPatch& patch);

Result<DeploymentView> update_deployment(const DeploymentParts& parts, const Caller& caller,
                                         const std::string& id, const SpecPatch& patch,
                                         const std::string& message, ExpectedGeneration expected);

}  // namespace slipway::control
