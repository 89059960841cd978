#pragma once
// Cookies of browsers (RFC 6265): reading one, and writing one that scripts cannot read and other
// sites do not send with their requests. Pure.

#include <chrono>
#include <string>
#include <string_view>

#include "api/request.h"

namespace slipway::api {

// The value of the first cookie of that name, or "".
std::string_view find_cookie(const Request& request, std::string_view name);

struct CookieText {
  std::string_view name;
  std::string_view value;  // of [A-Za-z0-9._-]; "" with lifetime 0 takes the cookie away
  std::string_view path = "/";
  std::chrono::seconds lifetime{0};
  bool secure = false;  // only over TLS
};
// The value of a Set-Cookie field: HttpOnly and SameSite=Lax, because a sign-in at a provider comes
// back by a link of another site.
std::string set_cookie(const CookieText& cookie);

}  // namespace slipway::api
