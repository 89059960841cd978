#include "control/deployment_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/spec_rules.h"

namespace slipway::control {

Result<std::vector<FieldError>> check_spec_here(store::ReadTransaction& tx,
                                                const domain::Group* group, const Intent& intent) {
  std::vector<FieldError> problems = domain::check_spec(*intent.wanted);
  TRY_ASSIGN(std::vector<FieldError> more,
             check_fields_of_group(tx, group != nullptr ? *group : domain::Group{}, intent));
  for (FieldError& one : more) {
    const bool named = std::any_of(problems.begin(), problems.end(),
                                   [&](const FieldError& known) { return known.path == one.path; });
    if (!named) problems.push_back(std::move(one));
  }
  return problems;
}

Result<void> refuse_if_any(const std::string& what, std::vector<FieldError> problems) {
  if (problems.empty()) return {};
  std::string message =
      fmt::format("{}: {} {}", what, problems.front().path, problems.front().message);
  if (problems.size() > 1) message += fmt::format(" (and {} more)", problems.size() - 1);
  return fail(Error{ErrorCode::kInvalid, std::move(message), std::move(problems)});
}

}  // namespace slipway::control
