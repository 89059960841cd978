#pragma once
// The tables of groups and of who is a member.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/instance_type.h"
#include "store/transaction.h"

namespace slipway::store::groups {

Result<std::optional<domain::Group>> find(ReadTransaction& tx, std::string_view name);
Result<std::vector<domain::Group>> all(ReadTransaction& tx);  // by name
Result<std::vector<std::string>> of_user(ReadTransaction& tx, std::string_view user);
// kConflict when the name is taken.
Result<void> insert(WriteTransaction& tx, const domain::Group& group);
// A success when the user is a member already; kNotFound when group or user do not exist.
Result<void> add_member(WriteTransaction& tx, std::string_view group, std::string_view user);

}  // namespace slipway::store::groups
