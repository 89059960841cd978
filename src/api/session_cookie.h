#pragma once
// The cookie that a browser's session is carried in, and what tells a forged request: scripts
// cannot read it (HttpOnly), other sites' forms do not send it (SameSite=Lax), nothing but the API
// gets it (Path), and no plain connection does when the public URL is https or it was set over TLS
// (Secure). Pure
// functions.

#include <string>
#include <string_view>

#include "api/request.h"

namespace slipway::api {

inline constexpr std::string_view kSessionCookie = "slipway_session";

// The session's secret in the request's cookies, or "".
std::string_view session_cookie_of(const Request& request);

// Values for Set-Cookie.
std::string set_session_cookie(std::string_view secret, std::string_view public_url);
std::string clear_session_cookie(std::string_view public_url);

// How this request reached us: "https://<host>" when the gateway says that it came over TLS, else
// `public_url`. Cookies that are set over TLS are for TLS alone.
std::string own_url(const Request& request, std::string_view public_url);

// Is the Origin, if there is one, that of the public URL, or that of the gateway's TLS address
// which the request came to? A browser sends it with every write.
bool is_own_origin(const Request& request, std::string_view public_url);

}  // namespace slipway::api
