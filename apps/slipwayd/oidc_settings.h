#pragma once
// The settings oidc_* as identity takes them, with the client secret from its file or from
// SLIPWAY_OIDC_CLIENT_SECRET. Main thread, at start.

#include <optional>

#include "base/result.h"
#include "identity/oidc/config.h"
#include "settings.h"

namespace slipway::app {

inline constexpr const char* kOidcSecretVariable = "SLIPWAY_OIDC_CLIENT_SECRET";

// None: oidc_issuer is empty, so nobody signs in that way. kInvalid names every wrong setting.
Result<std::optional<identity::oidc::Config>> oidc_config(const Settings& settings);

}  // namespace slipway::app
