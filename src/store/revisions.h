#pragma once
// The table of revisions; rows are never changed.

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "store/transaction.h"

namespace slipway::store::revisions {

Result<std::optional<domain::Revision>> find(ReadTransaction& tx, std::string_view deployment_id,
                                             int64_t number);
// Newest first.
Result<std::vector<domain::Revision>> all(ReadTransaction& tx, std::string_view deployment_id);
Result<void> insert(WriteTransaction& tx, const domain::Revision& revision);

}  // namespace slipway::store::revisions
