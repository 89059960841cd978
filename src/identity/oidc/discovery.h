#pragma once
// Where the provider's doors are: its discovery document (OpenID Connect Discovery 1.0 §4), checked
// and kept for an hour. Owned by SignIn; any thread.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "identity/oidc/config.h"
#include "identity/oidc/provider_call.h"

namespace slipway::identity::oidc {

struct Provider {
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string userinfo_endpoint = {};  // "": none
  std::string jwks_uri;
  bool secret_in_body = false;  // client_secret_post; otherwise Basic
  bool names_itself = false;    // sends `iss` to the callback (RFC 9207)
  bool operator==(const Provider&) const = default;
};

// kUnavailable, saying which member is wrong: the issuer must be exactly the one of the settings,
// and every address one that can be trusted.
Result<Provider> read_discovery(const Json& document, const std::string& issuer);

class Discovery {
 public:
  static constexpr std::chrono::hours kKept{1};
  // A provider that is away is not asked for every visitor.
  static constexpr std::chrono::seconds kPauseAfterFailure{5};

  // What it is given outlives it.
  Discovery(const Config& config, const Send& send, const Clock& clock);
  Result<Provider> get();

 private:
  const Config& config_;
  const Send& send_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<Result<Provider>> last_;
  Monotonic asked_at_{};
};

}  // namespace slipway::identity::oidc
