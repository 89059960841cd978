#include "identity/oidc/discovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "domain/text_rules.h"

namespace slipway::identity::oidc {
namespace {

constexpr std::string_view kWhat = "its discovery document";

std::string url_of(const std::string& issuer) {
  return issuer + (issuer.ends_with('/') ? "" : "/") + ".well-known/openid-configuration";
}

bool lists(const Json& document, std::string_view name, std::string_view value) {
  const auto list = document.find(name);
  return list != document.end() && list->is_array() &&
         std::find(list->begin(), list->end(), value) != list->end();
}

Result<std::string> endpoint(const Json& document, std::string_view name) {
  std::string url = text_member(document, name);
  if (is_trusted_url(url)) return url;
  return fail(ErrorCode::kUnavailable,
              fmt::format("the discovery document of the OpenID provider has no usable '{}': it "
                          "must be an https URL, not '{}'",
                          name, domain::shortened(url)));
}

}  // namespace

Result<Provider> read_discovery(const Json& document, const std::string& issuer) {
  if (const std::string told = text_member(document, "issuer"); told != issuer) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the OpenID provider calls itself '{}', but oidc_issuer is '{}'; they "
                            "must be equal to the last character",
                            domain::shortened(told, 200), issuer));
  }
  Provider out;
  TRY_ASSIGN(out.authorization_endpoint, endpoint(document, "authorization_endpoint"));
  TRY_ASSIGN(out.token_endpoint, endpoint(document, "token_endpoint"));
  TRY_ASSIGN(out.jwks_uri, endpoint(document, "jwks_uri"));
  if (document.contains("userinfo_endpoint")) {
    TRY_ASSIGN(out.userinfo_endpoint, endpoint(document, "userinfo_endpoint"));
  }
  // Without the list Basic is meant.
  constexpr std::string_view kMethods = "token_endpoint_auth_methods_supported";
  out.secret_in_body = !lists(document, kMethods, "client_secret_basic") &&
                       lists(document, kMethods, "client_secret_post");
  const auto names_itself = document.find("authorization_response_iss_parameter_supported");
  out.names_itself = names_itself != document.end() && *names_itself == true;
  return out;
}

Discovery::Discovery(const Config& config, const Send& send, const Clock& clock)
    : config_(config), send_(send), clock_(clock) {}

Result<Provider> Discovery::get() {
  const std::lock_guard lock(mutex_);
  if (last_) {
    const auto age = clock_.monotonic() - asked_at_;
    if (last_->has_value() ? age < kKept : age < kPauseAfterFailure) return *last_;
  }
  auto document =
      ask_provider(send_, provider_call(url_of(config_.issuer), config_.ca_file), kWhat);
  last_ = document ? read_discovery(*document, config_.issuer)
                   : Result<Provider>(fail(std::move(document.error())));
  asked_at_ = clock_.monotonic();
  return *last_;
}

}  // namespace slipway::identity::oidc
