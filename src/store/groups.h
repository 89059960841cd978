#pragma once
// The tables of groups, of who is a member, and of the instance types that a group names.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/group.h"
#include "store/transaction.h"

namespace slipway::store::groups {

Result<std::optional<domain::Group>> find(ReadTransaction& tx, std::string_view name);
Result<std::vector<domain::Group>> all(ReadTransaction& tx);  // by name
// kConflict when the name is taken; kNotFound for an instance type that does not exist.
Result<void> insert(WriteTransaction& tx, const domain::Group& group);
// Everything but the name. kNotFound when the group or an instance type does not exist. Its
// deployments count as changed: whether they run and what they may use hangs on it.
Result<void> update(WriteTransaction& tx, const domain::Group& group);
// With members and pull secrets. kConflict while it has deployments; kNotFound.
Result<void> remove(WriteTransaction& tx, std::string_view name);

struct Membership {
  std::string group;
  bool admin = false;
  bool operator==(const Membership&) const = default;
};
Result<std::vector<Membership>> of_user(ReadTransaction& tx, std::string_view user);  // by group
Result<std::vector<domain::Member>> members(ReadTransaction& tx, std::string_view group);
// Adds, or changes whether the member is an admin; kNotFound when group or user do not exist.
Result<void> put_member(WriteTransaction& tx, std::string_view group, const domain::Member& member);
// true: the user was a member.
Result<bool> remove_member(WriteTransaction& tx, std::string_view group, std::string_view user);

}  // namespace slipway::store::groups
