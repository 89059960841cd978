#pragma once
// Who belongs to a group: its admins and platform admins say. In the transaction of the caller.

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"
#include "domain/group.h"
#include "store/transaction.h"

namespace slipway::control {

// Contracts as in Groups::put_member() and remove_member().
Result<bool> put_group_member(store::WriteTransaction& tx, const Caller& caller,
                              const std::string& group, const domain::Member& member,
                              Timestamp now);
Result<void> remove_group_member(store::WriteTransaction& tx, const Caller& caller,
                                 const std::string& group, const std::string& user, Timestamp now);

}  // namespace slipway::control
