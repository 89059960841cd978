#include "control/deployment_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/spec_rules.h"
#include "domain/text_rules.h"
#include "store/instance_types.h"

namespace slipway::control {
namespace {

constexpr size_t kMostNamed = 20;

Result<std::string> known_types(store::ReadTransaction& tx) {
  TRY_ASSIGN(const auto types, store::instance_types::all(tx));
  std::string out;
  for (size_t i = 0; i < types.size() && i < kMostNamed; ++i) {
    out += (i == 0 ? "" : ", ") + types[i].name;
  }
  return types.size() > kMostNamed ? out + ", ..." : out;
}

}  // namespace

Result<std::vector<FieldError>> check_spec_here(store::ReadTransaction& tx,
                                                const domain::Spec& spec) {
  std::vector<FieldError> problems = domain::check_spec(spec);
  if (spec.instance_type.empty()) return problems;
  TRY_ASSIGN(const auto type, store::instance_types::find(tx, spec.instance_type));
  const bool named = std::any_of(problems.begin(), problems.end(), [](const FieldError& problem) {
    return problem.path == "instance_type";
  });
  if (type || named) return problems;
  TRY_ASSIGN(const std::string known, known_types(tx));
  problems.push_back({"instance_type", fmt::format("there is no instance type '{}'; there are: {}",
                                                   domain::shortened(spec.instance_type), known)});
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
