#pragma once
// Signing in through an OpenID provider, for browsers: away to the provider, back with a code, and
// on to a page of ours with a session. Which providers there are, pages ask first. What goes wrong
// is a problem document, as everywhere.

#include <functional>
#include <string>

#include "api/request.h"
#include "api/routes.h"
#include "base/result.h"
#include "identity/oidc/sign_in.h"

namespace slipway::api {

inline constexpr std::string_view kOidcPath = "/api/v1/session/oidc";
inline constexpr std::string_view kOidcCallbackPath = "/api/v1/session/oidc/callback";

struct OidcDoors {
  // Contracts as in identity/oidc/sign_in.h; empty: no provider is set up.
  std::function<Result<identity::oidc::Begun>(const std::string& return_to,
                                              std::string_view browser)>
      begin = {};
  std::function<Result<identity::oidc::Finished>(const identity::oidc::Returned& returned,
                                                 std::string_view browser,
                                                 const std::string& source_address)>
      finish = {};
  std::string label = {};  // on the button
};

// `sign_in` outlives what is returned.
OidcDoors doors_of(identity::oidc::SignIn& sign_in);

// `public_url`: https there makes cookies Secure.
void add_oidc_routes(RouteTable& table, const OidcDoors& oidc, const std::string& public_url);

}  // namespace slipway::api
