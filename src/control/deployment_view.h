#pragma once
// A deployment together with what belongs to it, as callers see it.

#include "base/result.h"
#include "control/deployments.h"
#include "store/transaction.h"

namespace slipway::control {

Result<DeploymentView> load_view(store::ReadTransaction& tx, domain::Deployment deployment);

}  // namespace slipway::control
