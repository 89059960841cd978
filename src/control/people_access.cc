#include "control/people_access.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/deployment_access.h"
#include "domain/text_rules.h"
#include "store/groups.h"

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
  if (may_see_group(caller, name)) {
    TRY_ASSIGN(auto found, store::groups::find(tx, name));
    if (found) return std::move(*found);
  }
  return fail(ErrorCode::kNotFound, fmt::format("there is no group '{}'", domain::shortened(name)));
}

Result<domain::Group> find_administered_group(store::ReadTransaction& tx, const Caller& caller,
                                              const std::string& name) {
  TRY_ASSIGN(domain::Group group, find_visible_group(tx, caller, name));
  const bool may =
      caller.platform_admin ||
      std::find(caller.admin_of.begin(), caller.admin_of.end(), name) != caller.admin_of.end();
  if (!may) {
    return fail(ErrorCode::kDenied,
                fmt::format("only admins of group '{}' and platform admins may do this", name));
  }
  TRY(check_may_write(caller));
  return group;
}

Result<void> check_generation(std::string_view what, int64_t actual, ExpectedGeneration expected) {
  if (!expected || *expected == actual) return {};
  return fail(ErrorCode::kPrecondition,
              fmt::format("{} is at generation {}, the request is for generation {}: it was "
                          "changed meanwhile; read it again",
                          what, actual, *expected));
}

}  // namespace slipway::control
