#include "identity/oidc/config.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/name_rules.h"
#include "domain/text_rules.h"

namespace slipway::identity::oidc {
namespace {

constexpr std::string_view kAdminSuffix = ":admin";

bool has_word(std::string_view text, std::string_view word) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (text.substr(0, end) == word) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

Result<GroupMapping> parse_mapping(std::string_view entry) {
  const size_t equals = entry.rfind('=');
  GroupMapping out;
  if (equals != std::string_view::npos) {
    out.value = domain::trimmed(entry.substr(0, equals));
    out.group = domain::trimmed(entry.substr(equals + 1));
    if (out.group.ends_with(kAdminSuffix)) {
      out.admin = true;
      out.group.resize(out.group.size() - kAdminSuffix.size());
    }
  }
  if (!out.value.empty() && !domain::check_group_name(out.group)) return out;
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is not 'value=group' or 'value=group:admin'; entries are separated "
                          "by ';'",
                          domain::shortened(entry)));
}

}  // namespace

Result<std::vector<GroupMapping>> parse_group_map(std::string_view text) {
  std::vector<GroupMapping> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    const std::string entry = domain::trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (entry.empty()) continue;
    TRY_ASSIGN(out.emplace_back(), parse_mapping(entry));
  }
  return out;
}

bool is_trusted_url(std::string_view url) {
  const bool plain = url.starts_with("http://");
  if (!plain && !url.starts_with("https://")) return false;
  const bool printable =
      std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!printable || url.find_first_of("\\\"#") != std::string_view::npos) return false;
  url.remove_prefix(url.find("//") + 2);
  const std::string_view authority = url.substr(0, url.find_first_of("/?"));
  if (authority.empty() || authority.find('@') != std::string_view::npos) return false;
  const size_t bracket = authority.find(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return !plain || is_loopback(authority.substr(0, colon));
}

Result<void> check_config(const Config& config) {
  std::vector<FieldError> faults;
  if (!is_trusted_url(config.issuer) || config.issuer.find('?') != std::string::npos) {
    faults.push_back(
        {"oidc_issuer", "must be an https URL without a query, or an http URL of this machine"});
  }
  if (config.client_id.empty()) {
    faults.push_back({"oidc_client_id", "is required with oidc_issuer"});
  }
  if (!has_word(config.scopes, "openid")) {
    faults.push_back({"oidc_scopes", "must have 'openid' among them, separated by blanks"});
  }
  if (config.user_claim.empty()) {
    faults.push_back({"oidc_user_claim", "must name a claim, such as preferred_username"});
  }
  if (config.groups_claim.empty() && (!config.groups.empty() || !config.admin_value.empty())) {
    faults.push_back({"oidc_groups_claim", "is required with oidc_group_map or oidc_admin_value"});
  }
  if (config.label.empty() || domain::check_text(config.label, 80, domain::Lines::kOne)) {
    faults.push_back({"oidc_label", "must be one line of at most 80 characters"});
  }
  if (faults.empty()) return {};
  std::string message = "the settings of OpenID Connect are wrong:";
  for (const FieldError& fault : faults) {
    message += fmt::format(" {} {};", fault.path, fault.message);
  }
  message.pop_back();
  return fail(Error{ErrorCode::kInvalid, std::move(message), std::move(faults)});
}

}  // namespace slipway::identity::oidc
