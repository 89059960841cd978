#include "control/people_access.h"

#include <fmt/format.h>

#include "control/deployment_access.h"
#include "control/group_rules.h"

namespace slipway::control {

Result<void> check_platform_admin(const Caller& caller) {
  if (caller.platform_admin) return {};
  return fail(ErrorCode::kDenied, "only platform admins may do this");
}

Result<void> check_platform_admin_writes(const Caller& caller) {
  TRY(check_platform_admin(caller));
  return check_may_write(caller);
}

Result<domain::Group> find_visible_group(store::ReadTransaction& tx, const Caller& caller,
                                         const std::string& name) {
  if (may_see_group(caller, name)) return find_group(tx, name);
  return no_such_group(name);
}

Result<domain::Group> find_administered_group(store::ReadTransaction& tx, const Caller& caller,
                                              const std::string& name) {
  TRY_ASSIGN(domain::Group group, find_visible_group(tx, caller, name));
  if (!may_administer_group(caller, name)) {
    return fail(ErrorCode::kDenied,
                fmt::format("only admins of group '{}' and platform admins may do this", name));
  }
  TRY(check_may_write(caller));
  return group;
}

}  // namespace slipway::control
