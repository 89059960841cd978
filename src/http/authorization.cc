#include "http/authorization.h"

#include <cstdint>

#include "base/base64.h"
#include "http/byte_class.h"
#include "http/header_table.h"

namespace slipway::http {
namespace {

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
constexpr ByteSet kBearerBytes = make_byte_set("-._~+/", true);

bool is_bearer_token(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (const char c : text) {
    if (!kBearerBytes[static_cast<uint8_t>(c)]) return false;
  }
  return !text.empty();
}

bool has_control_byte(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F) return true;
  }
  return false;
}

}  // namespace

std::string basic_authorization(std::string_view user, std::string_view password) {
  std::string pair(user);
  pair.push_back(':');
  pair.append(password);
  return "Basic " + base64_encode(pair);
}

std::optional<Authorization> parse_authorization(std::string_view value, std::string& decoded) {
  decoded.clear();
  const size_t space = value.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = value.substr(0, space);
  // RFC 9110 §11.4: one or more spaces.
  std::string_view credentials = value.substr(space);
  while (!credentials.empty() && credentials.front() == ' ') credentials.remove_prefix(1);

  Authorization result;
  if (equals_ignoring_case(scheme, "bearer")) {
    if (!is_bearer_token(credentials)) return std::nullopt;
    result.scheme = Authorization::Scheme::kBearer;
    result.token = credentials;
    return result;
  }
  if (!equals_ignoring_case(scheme, "basic") || credentials.empty()) return std::nullopt;
  if (!base64_decode(credentials, decoded)) return std::nullopt;
  const std::string_view pair = decoded;
  const size_t colon = pair.find(':');
  if (colon == std::string_view::npos || has_control_byte(pair)) {
    decoded.clear();
    return std::nullopt;
  }
  result.scheme = Authorization::Scheme::kBasic;
  result.user = pair.substr(0, colon);
  result.password = pair.substr(colon + 1);
  return result;
}

}  // namespace slipway::http
