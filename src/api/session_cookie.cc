#include "api/session_cookie.h"

#include <algorithm>
#include <chrono>

#include "api/cookies.h"
#include "http/header_table.h"
#include "identity/sessions.h"

namespace slipway::api {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), http::ascii_lower);
  return out;
}

// "https://Example.org:443/x" -> "https://example.org" (RFC 6454 §6.1).
std::string origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return lower(url);
  std::string out = lower(url.substr(0, url.find('/', scheme + 3)));
  for (const std::string_view port : {":80", ":443"}) {
    const bool is_default = out.starts_with(port == ":80" ? "http://" : "https://");
    if (is_default && out.ends_with(port)) out.resize(out.size() - port.size());
  }
  return out;
}

std::string cookie(std::string_view value, std::chrono::seconds lifetime,
                   std::string_view public_url) {
  return set_cookie({.name = kSessionCookie,
                     .value = value,
                     .path = "/api",
                     .lifetime = lifetime,
                     .secure = lower(public_url).starts_with("https://")});
}

}  // namespace

std::string_view session_cookie_of(const Request& request) {
  return find_cookie(request, kSessionCookie);
}

std::string set_session_cookie(std::string_view secret, std::string_view public_url) {
  return cookie(secret, identity::Sessions::kLongest, public_url);
}

std::string clear_session_cookie(std::string_view public_url) { return cookie("", {}, public_url); }

bool is_own_origin(const Request& request, std::string_view public_url) {
  if (!has_field(request, "Origin")) return true;
  return origin_of(request.field("Origin")) == origin_of(public_url);
}

}  // namespace slipway::api
