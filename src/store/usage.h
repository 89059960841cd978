#pragma once
// What groups use, counted from our own records (design.md §8): replicas of the newest revision
// times their instance type, over the deployments that shall run. Read in the transaction that then
// accepts a change, so that two writers never both win the last CPU.

#include <string_view>

#include "base/result.h"
#include "domain/quota.h"
#include "store/transaction.h"

namespace slipway::store::usage {

// `except_deployment_id`: left out of the count, because the caller is about to change it.
Result<domain::Usage> of_group(ReadTransaction& tx, std::string_view group,
                               std::string_view except_deployment_id = {});

}  // namespace slipway::store::usage
