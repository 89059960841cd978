#include "oidc_settings.h"

#include <fmt/format.h>

#include <cstdlib>

#include "api/oidc_routes.h"
#include "domain/text_rules.h"
#include "os/file.h"

namespace slipway::app {
namespace {

constexpr size_t kLongestSecret = 4096;

Result<std::string> client_secret(const Settings& settings) {
  const char* variable = std::getenv(kOidcSecretVariable);
  const std::string& file = settings.oidc_client_secret_file;
  if (variable != nullptr && !file.empty()) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} and oidc_client_secret_file are both set; one of them is enough",
                            kOidcSecretVariable));
  }
  if (variable != nullptr) return std::string(variable);
  if (file.empty()) return std::string();
  auto content = os::read_file(file, kLongestSecret);
  if (!content) return fail(content.error().within("oidc_client_secret_file"));
  std::string secret = domain::trimmed(*content);
  if (!secret.empty()) return secret;
  return fail(ErrorCode::kInvalid, fmt::format("oidc_client_secret_file: '{}' is empty", file));
}

}  // namespace

Result<std::optional<identity::oidc::Config>> oidc_config(const Settings& settings) {
  if (settings.oidc_issuer.empty()) {
    if (settings.oidc_client_id.empty()) return std::nullopt;
    return fail(ErrorCode::kInvalid, "oidc_client_id is set, but oidc_issuer is not");
  }
  identity::oidc::Config config;
  config.issuer = settings.oidc_issuer;
  config.client_id = settings.oidc_client_id;
  config.scopes = settings.oidc_scopes;
  config.user_claim = settings.oidc_user_claim;
  config.groups_claim = settings.oidc_groups_claim;
  config.admin_value = settings.oidc_admin_value;
  config.open_registration = settings.oidc_registration == "open";
  config.label = settings.oidc_label;
  config.ca_file = settings.oidc_ca_file;
  std::string base = settings.public_url;
  while (base.ends_with('/')) base.pop_back();
  config.redirect_uri = base + std::string(api::kOidcCallbackPath);
  auto groups = identity::oidc::parse_group_map(settings.oidc_group_map);
  if (!groups) return fail(groups.error().within("oidc_group_map"));
  config.groups = std::move(*groups);
  TRY_ASSIGN(config.client_secret, client_secret(settings));
  TRY(identity::oidc::check_config(config));
  return config;
}

}  // namespace slipway::app
