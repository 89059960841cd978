#pragma once
// The use case "create": a Deployment and its Revision 1.

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

Result<DeploymentView> create_deployment(const DeploymentParts& parts, const Caller& caller,
                                         const NewDeployment& wanted);

}  // namespace slipway::control
