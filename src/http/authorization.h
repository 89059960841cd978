#pragma once
// Reads Authorization values: Basic (RFC 7617, strict base64 of RFC 4648 §4) and Bearer (RFC 6750).
// Pure; the caller lends the string that decoded bytes go to and wipes it when it cares. Never
// logs, never compares: that is the business of whoever checks the credential.

#include <optional>
#include <string>
#include <string_view>

namespace slipway::http {

struct Authorization {
  enum class Scheme { kBasic, kBearer };
  Scheme scheme = Scheme::kBearer;
  std::string_view user;      // Basic; a view of `decoded`
  std::string_view password;  // Basic; a view of `decoded`
  std::string_view token;     // Bearer; a view of `value`
};

// Nothing when the scheme is another or the value is malformed: wrong padding, non-zero trailing
// bits, foreign characters, no colon, control bytes, an empty token.
std::optional<Authorization> parse_authorization(std::string_view value, std::string& decoded);

// "Basic dXNlcjpwYXNz"
std::string basic_authorization(std::string_view user, std::string_view password);

}  // namespace slipway::http
