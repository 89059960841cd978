#include "api/session_cookie.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

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

std::string cookie(std::string_view value, int64_t max_age, std::string_view public_url) {
  return fmt::format("{}={}; Path=/api; Max-Age={}; HttpOnly; SameSite=Lax{}", kSessionCookie,
                     value, max_age, lower(public_url).starts_with("https://") ? "; Secure" : "");
}

}  // namespace

std::string_view session_cookie_of(const Request& request) {
  for (const auto& [name, value] : request.fields) {
    if (!http::equals_ignoring_case(name, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      const size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == kSessionCookie) {
        return pair.substr(equals + 1);
      }
    }
  }
  return {};
}

std::string set_session_cookie(std::string_view secret, std::string_view public_url) {
  return cookie(secret, std::chrono::seconds(identity::Sessions::kLongest).count(), public_url);
}

std::string clear_session_cookie(std::string_view public_url) { return cookie("", 0, public_url); }

bool is_own_origin(const Request& request, std::string_view public_url) {
  if (!has_field(request, "Origin")) return true;
  return origin_of(request.field("Origin")) == origin_of(public_url);
}

}  // namespace slipway::api
