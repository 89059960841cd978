#include "api/session_cookie.h"

#include <chrono>

#include "api/cookies.h"
#include "api/origin.h"
#include "identity/sessions.h"

namespace slipway::api {
namespace {

std::string cookie(std::string_view value, std::chrono::seconds lifetime,
                   std::string_view public_url) {
  return set_cookie({.name = kSessionCookie,
                     .value = value,
                     .path = "/api",
                     .lifetime = lifetime,
                     .secure = is_https(public_url)});
}

}  // namespace

std::string_view session_cookie_of(const Request& request) {
  return find_cookie(request, kSessionCookie);
}

std::string set_session_cookie(std::string_view secret, std::string_view public_url) {
  return cookie(secret, identity::Sessions::kLongest, public_url);
}

std::string clear_session_cookie(std::string_view public_url) { return cookie("", {}, public_url); }

std::string own_url(const Request& request, std::string_view public_url) {
  if (request.field("X-Forwarded-Proto") != "https") return std::string(public_url);
  return std::string("https://").append(request.field("X-Forwarded-Host"));
}

bool is_own_origin(const Request& request, std::string_view public_url) {
  if (!has_field(request, "Origin")) return true;
  const std::string origin = origin_of(request.field("Origin"));
  return origin == origin_of(public_url) || origin == origin_of(own_url(request, public_url));
}

}  // namespace slipway::api
