#pragma once
// The use case "list": one page of the deployments that a caller may see.

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

Result<DeploymentPage> list_deployments(const DeploymentParts& parts, const Caller& caller,
                                        const DeploymentFilter& filter);

}  // namespace slipway::control
