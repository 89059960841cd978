#include "control/group_rules.h"

#include <fmt/format.h>

#include "domain/group_rules.h"
#include "domain/text_rules.h"
#include "store/groups.h"
#include "store/instance_types.h"
#include "store/pull_secrets.h"
#include "store/usage.h"

namespace slipway::control {
namespace {

constexpr size_t kMostNamed = 20;
constexpr std::string_view kUsualInstanceType = "cpu-0.5";  // of a first start

std::string names_of(const domain::Group& group, const std::vector<domain::InstanceType>& types) {
  std::string out;
  size_t named = 0;
  for (const domain::InstanceType& type : types) {
    if (!domain::may_use(group, type)) continue;
    if (++named > kMostNamed) return out + ", ...";
    out += (named == 1 ? "" : ", ") + type.name;
  }
  return out.empty() ? "none; ask a platform admin" : out;
}

Result<std::optional<FieldError>> check_instance_type(store::ReadTransaction& tx,
                                                      const domain::Group& group,
                                                      const Intent& intent) {
  const std::string& name = intent.wanted->instance_type;
  TRY_ASSIGN(const auto type, store::instance_types::find(tx, name));
  const bool runs_already =
      intent.running_now != nullptr && intent.running_now->instance_type == name;
  if (type && (runs_already || group.name.empty() || domain::may_use(group, *type)))
    return std::nullopt;
  TRY_ASSIGN(const auto all, store::instance_types::all(tx));
  const std::string known = names_of(group, all);
  return FieldError{
      "instance_type",
      type ? fmt::format("'{}' is not for group '{}'; it may use: {}", name, group.name, known)
           : fmt::format("there is no instance type '{}'; there are: {}", domain::shortened(name),
                         known)};
}

Result<domain::Usage> demand(store::ReadTransaction& tx, const domain::Spec* spec) {
  if (spec == nullptr) return domain::Usage{};
  TRY_ASSIGN(const auto type, store::instance_types::find(tx, spec->instance_type));
  return domain::demand_of(*spec, type.value_or(domain::InstanceType{}));
}

}  // namespace

Result<domain::Group> find_group(store::ReadTransaction& tx, const std::string& name) {
  TRY_ASSIGN(auto group, store::groups::find(tx, name));
  if (group) return std::move(*group);
  return no_such_group(name);
}

Failure no_such_group(const std::string& name) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no group '{}'", domain::shortened(name)));
}

Result<void> check_enabled(const domain::Group& group) {
  if (group.deployment_enabled) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("Model Deployment is not enabled for group '{}'; a platform admin can "
                          "switch it on in the settings of the group",
                          group.name));
}

Result<std::vector<FieldError>> check_fields_of_group(store::ReadTransaction& tx,
                                                      const domain::Group& group,
                                                      const Intent& intent) {
  std::vector<FieldError> problems;
  if (!intent.wanted->instance_type.empty()) {
    TRY_ASSIGN(auto problem, check_instance_type(tx, group, intent));
    if (problem) problems.push_back(std::move(*problem));
  }
  const std::string& secret = intent.wanted->pull_secret;
  if (!secret.empty() && !group.name.empty()) {
    TRY_ASSIGN(const auto known, store::pull_secrets::resolve(tx, group.name, secret));
    if (!known) {
      problems.push_back({"pull_secret", fmt::format("group '{}' has no pull secret '{}'; make it "
                                                     "first, or leave the member out",
                                                     group.name, domain::shortened(secret))});
    }
  }
  return problems;
}

Result<QuotaForecast> forecast_quota(store::ReadTransaction& tx, const domain::Group& group,
                                     const Intent& intent) {
  TRY_ASSIGN(const domain::Usage others,
             store::usage::of_group(tx, group.name, intent.deployment_id));
  TRY_ASSIGN(const domain::Usage now, demand(tx, intent.running_now));
  TRY_ASSIGN(const domain::Usage then, demand(tx, intent.wanted));
  QuotaForecast out{.quota = group.quota, .before = others + now, .after = others + then};
  out.exceeded = domain::check_quota(group.name, group.quota, out.before, then - now);
  return out;
}

Result<void> check_may_run(store::ReadTransaction& tx, const domain::Group& group,
                           const Intent& intent) {
  TRY(check_enabled(group));
  TRY_ASSIGN(QuotaForecast forecast, forecast_quota(tx, group, intent));
  return domain::refuse_over_quota(std::move(forecast.exceeded));
}

Result<std::string> default_instance_type(store::ReadTransaction& tx, const domain::Group& group) {
  if (!group.default_instance_type.empty()) return group.default_instance_type;
  TRY_ASSIGN(const auto all, store::instance_types::all(tx));
  std::string smallest;
  for (const domain::InstanceType& type : all) {
    if (!domain::may_use(group, type)) continue;
    if (type.name == kUsualInstanceType) return type.name;
    if (smallest.empty()) smallest = type.name;
  }
  return smallest;
}

}  // namespace slipway::control
