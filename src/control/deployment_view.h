#pragma once
// A deployment together with what belongs to it, as callers see it.

#include "base/result.h"
#include "control/deployments.h"
#include "store/transaction.h"

namespace slipway::control {

// kInternal when it is missing: every deployment has its newest revision.
Result<domain::Revision> newest_revision(store::ReadTransaction& tx,
                                         const domain::Deployment& deployment);
// kNotFound, naming the newest.
Result<domain::Revision> find_revision(store::ReadTransaction& tx,
                                       const domain::Deployment& deployment, int64_t number);
Result<DeploymentView> load_view(store::ReadTransaction& tx, domain::Deployment deployment);

}  // namespace slipway::control
