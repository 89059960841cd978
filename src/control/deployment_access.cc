#include "control/deployment_access.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/text_rules.h"
#include "store/deployments.h"

namespace slipway::control {

bool may_see_group(const Caller& caller, const std::string& group) {
  return caller.platform_admin ||
         std::find(caller.groups.begin(), caller.groups.end(), group) != caller.groups.end();
}

bool may_administer_group(const Caller& caller, const std::string& group) {
  return caller.platform_admin ||
         std::find(caller.admin_of.begin(), caller.admin_of.end(), group) != caller.admin_of.end();
}

Result<domain::Deployment> find_visible(store::ReadTransaction& tx, const Caller& caller,
                                        const std::string& id) {
  TRY_ASSIGN(auto found, store::deployments::find(tx, id));
  if (found && may_see_group(caller, found->group)) return std::move(*found);
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no deployment '{}'", domain::shortened(id)));
}

Result<domain::Deployment> find_changeable(store::ReadTransaction& tx, const Caller& caller,
                                           const std::string& id, ExpectedGeneration expected) {
  TRY_ASSIGN(domain::Deployment found, find_visible(tx, caller, id));
  TRY(check_may_write(caller));
  if (found.desire == domain::Desire::kDeleted) {
    return fail(ErrorCode::kConflict,
                fmt::format("deployment '{}' is being deleted and cannot be changed", id));
  }
  TRY(check_generation(fmt::format("deployment '{}'", id), found.generation, expected));
  return found;
}

Result<void> check_may_write(const Caller& caller) {
  if (caller.may_write) return {};
  return fail(ErrorCode::kDenied, "this API token may only read; use one with scope 'write'");
}

Result<void> check_generation(std::string_view what, int64_t actual, ExpectedGeneration expected) {
  if (!expected || *expected == actual) return {};
  return fail(ErrorCode::kPrecondition,
              fmt::format("{} is at generation {}, the request is for generation {}: it was "
                          "changed meanwhile; read it again",
                          what, actual, *expected));
}

}  // namespace slipway::control
