#pragma once
// Leaves the traces of an accepted change: an event in the timeline and a row in the audit trail,
// in the transaction of the change itself.

#include <string>

#include "base/result.h"
#include "control/deployments.h"
#include "store/transaction.h"

namespace slipway::control {

// `action`: "create", "update", "start", "stop" or "delete". `detail`: one line, no secrets.
Result<void> record_accepted(store::WriteTransaction& tx, const Caller& caller,
                             const domain::Deployment& deployment, const std::string& action,
                             const std::string& detail);

}  // namespace slipway::control
