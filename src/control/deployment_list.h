#pragma once
// The use case "list": one page of the deployments that a caller may see, or one of them.

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

Result<DeploymentPage> list_deployments(const DeploymentParts& parts, const Caller& caller,
                                        const DeploymentFilter& filter);

// The deployment if it is in that list, on whatever page.
Result<std::optional<DeploymentView>> find_listed(store::Store& store, const Caller& caller,
                                                  const DeploymentFilter& filter,
                                                  const std::string& id);

}  // namespace slipway::control
