#pragma once
// Who may see and change users, groups and instance types. Pure but for the transaction.

#include <string>
#include <string_view>

#include "base/result.h"
#include "control/caller.h"
#include "domain/group.h"
#include "store/transaction.h"

namespace slipway::control {

// kDenied for everybody else.
Result<void> check_platform_admin(const Caller& caller);
// The same, and that the credential may write.
Result<void> check_platform_admin_writes(const Caller& caller);

// kNotFound also for a group that the caller is not in.
Result<domain::Group> find_visible_group(store::ReadTransaction& tx, const Caller& caller,
                                         const std::string& name);
// For a change that the group's admins may make; kDenied for members and read-only tokens.
Result<domain::Group> find_administered_group(store::ReadTransaction& tx, const Caller& caller,
                                              const std::string& name);

}  // namespace slipway::control
