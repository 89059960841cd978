#include "identity/oidc/claims.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "domain/name_rules.h"
#include "domain/text_rules.h"
#include "identity/oidc/provider_call.h"

namespace slipway::identity::oidc {
namespace {

// An address that the provider says is not verified belongs to nobody.
std::string email_of(const Json& claims) {
  const auto verified = claims.find("email_verified");
  if (verified != claims.end() && *verified == false) return "";
  const std::string email = domain::trimmed(text_member(claims, "email"));
  return domain::check_email(email) ? "" : email;
}

bool contains(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

bool has_wanted_claims(const Json& claims, const Config& config) {
  const bool groups_matter = !config.groups.empty() || !config.admin_value.empty();
  return claims.contains(config.user_claim) &&
         (!groups_matter || claims.contains(config.groups_claim));
}

Result<Person> read_person(const Json& claims, const Config& config) {
  Person out;
  out.external_id = config.issuer + " " + text_member(claims, "sub");
  out.email = email_of(claims);
  out.name = lower_ascii(domain::trimmed(text_member(claims, config.user_claim)));
  if (out.name.empty()) out.name = lower_ascii(out.email);
  if (out.name.empty()) {
    return fail(ErrorCode::kDenied,
                fmt::format("the OpenID provider tells neither '{}' nor a verified e-mail address, "
                            "so there is no user name; see oidc_user_claim and oidc_scopes",
                            config.user_claim));
  }
  if (const auto problem = domain::check_user_name(out.name)) {
    return fail(ErrorCode::kDenied,
                fmt::format("the user name that the OpenID provider tells {}", *problem));
  }
  out.display_name = domain::trimmed(text_member(claims, "name"));
  if (domain::check_display_name(out.display_name)) out.display_name.clear();
  if (const auto groups = claims.find(config.groups_claim); groups != claims.end()) {
    if (groups->is_string()) out.groups.push_back(groups->get<std::string>());
    for (const Json& value : groups->is_array() ? *groups : Json::array()) {
      if (value.is_string()) out.groups.push_back(value.get<std::string>());
    }
  }
  return out;
}

std::vector<MappedGroup> mapped_groups(const std::vector<std::string>& values,
                                       const std::vector<GroupMapping>& mapping) {
  std::vector<MappedGroup> out;
  for (const GroupMapping& entry : mapping) {
    auto at = std::find_if(out.begin(), out.end(),
                           [&](const MappedGroup& mapped) { return mapped.group == entry.group; });
    if (at == out.end()) at = out.insert(out.end(), {.group = entry.group});
    if (!contains(values, entry.value)) continue;
    at->member = true;
    at->admin = at->admin || entry.admin;
  }
  return out;
}

std::optional<bool> platform_admin(const std::vector<std::string>& values, const Config& config) {
  if (config.admin_value.empty()) return std::nullopt;
  return contains(values, config.admin_value);
}

}  // namespace slipway::identity::oidc
