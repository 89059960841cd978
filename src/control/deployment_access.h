#pragma once
// Who may see and change which deployment. What a caller may not see is not there: the same error
// as for an id that nobody has. Pure but for the transaction.

#include <string>

#include "base/result.h"
#include "control/deployments.h"
#include "store/transaction.h"

namespace slipway::control {

bool may_see_group(const Caller& caller, const std::string& group);
bool may_administer_group(const Caller& caller, const std::string& group);

// kNotFound also for a deployment of a group that the caller is not in.
Result<domain::Deployment> find_visible(store::ReadTransaction& tx, const Caller& caller,
                                        const std::string& id);

// For a change: also kDenied for a read-only token, kConflict while it is being deleted, and
// kPrecondition, naming both, when the caller saw another generation last.
Result<domain::Deployment> find_changeable(store::ReadTransaction& tx, const Caller& caller,
                                           const std::string& id, ExpectedGeneration expected);

Result<void> check_may_write(const Caller& caller);

// kPrecondition, naming both. `what`: "group 'team'".
Result<void> check_generation(std::string_view what, int64_t actual, ExpectedGeneration expected);

}  // namespace slipway::control
