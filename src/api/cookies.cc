#include "api/cookies.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/header_table.h"

namespace slipway::api {

std::string_view find_cookie(const Request& request, std::string_view name) {
  for (const auto& [field, value] : request.fields) {
    if (!http::equals_ignoring_case(field, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
      const size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
        return pair.substr(equals + 1);
      }
    }
  }
  return {};
}

std::string set_cookie(const CookieText& cookie) {
  return fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Lax{}", cookie.name,
                     cookie.value, cookie.path, cookie.lifetime.count(),
                     cookie.secure ? "; Secure" : "");
}

}  // namespace slipway::api
