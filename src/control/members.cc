#include "control/members.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "control/audit_record.h"
#include "control/people_access.h"
#include "control/people_record.h"
#include "domain/text_rules.h"
#include "store/groups.h"
#include "store/users.h"

namespace slipway::control {
namespace {

Result<std::optional<domain::Member>> find_member(store::ReadTransaction& tx,
                                                  const std::string& group,
                                                  const std::string& user) {
  TRY_ASSIGN(const auto members, store::groups::members(tx, group));
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const domain::Member& m) { return m.user == user; });
  if (found == members.end()) return std::nullopt;
  return *found;
}

}  // namespace

Result<bool> put_group_member(store::WriteTransaction& tx, const Caller& caller,
                              const std::string& group, const domain::Member& member,
                              Timestamp now) {
  TRY(find_administered_group(tx, caller, group));
  TRY_ASSIGN(const auto user, store::users::find(tx, member.user));
  if (!user) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no user '{}'", domain::shortened(member.user)));
  }
  TRY_ASSIGN(const auto before, find_member(tx, group, member.user));
  if (before == member) return false;
  TRY(store::groups::put_member(tx, group, member));
  TRY(record_change(tx, caller, now,
                    {.action = "member.put",
                     .object = fmt::format("{}/{}", group, member.user),
                     .group = group,
                     .before = before ? audit_value(*before) : "",
                     .after = audit_value(member)}));
  return !before.has_value();
}

Result<void> remove_group_member(store::WriteTransaction& tx, const Caller& caller,
                                 const std::string& group, const std::string& user, Timestamp now) {
  TRY(find_administered_group(tx, caller, group));
  TRY_ASSIGN(const auto before, find_member(tx, group, user));
  if (!before) {
    return fail(ErrorCode::kNotFound,
                fmt::format("'{}' is no member of group '{}'", domain::shortened(user), group));
  }
  TRY(store::groups::remove_member(tx, group, user));
  return record_change(tx, caller, now,
                       {.action = "member.remove",
                        .object = fmt::format("{}/{}", group, user),
                        .group = group,
                        .before = audit_value(*before)});
}

}  // namespace slipway::control
