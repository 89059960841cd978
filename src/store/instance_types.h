#pragma once
// The table of instance types.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/instance_type.h"
#include "store/transaction.h"

namespace slipway::store::instance_types {

Result<std::optional<domain::InstanceType>> find(ReadTransaction& tx, std::string_view name);
// The smallest first.
Result<std::vector<domain::InstanceType>> all(ReadTransaction& tx);
// kConflict when the name is taken.
Result<void> insert(WriteTransaction& tx, const domain::InstanceType& type);
// Everything but the name. kNotFound. What runs keeps its size until its next revision.
Result<void> update(WriteTransaction& tx, const domain::InstanceType& type);
// true: it was there. Whether a deployment still names it is the use case's to know.
Result<bool> remove(WriteTransaction& tx, std::string_view name);
// A deployment whose newest revision names it, also one that is stopped or being deleted.
Result<std::optional<std::string>> user_of(ReadTransaction& tx, std::string_view name);

}  // namespace slipway::store::instance_types
