#pragma once
// Leaves the row of a change in the audit trail, in the transaction of the change itself. Every use
// case that writes calls it.

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"
#include "store/transaction.h"

namespace slipway::control {

struct AuditedChange {
  std::string action;       // "group.update"
  std::string object;       // the name or id of what was changed
  std::string detail = {};  // one line; never a secret
  std::string group = {};   // whose admins may read of it; "": platform admins only
  std::string before = {};  // the object as JSON, secrets masked, or "": was not there
  std::string after = {};   // "": is not there any more
};

Result<void> record_change(store::WriteTransaction& tx, const Caller& caller, Timestamp now,
                           const AuditedChange& change);

}  // namespace slipway::control
