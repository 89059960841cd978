#include "http/authorization.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "http/byte_class.h"
#include "http/header_table.h"

namespace slipway::http {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> kSextets = [] {
  std::array<int8_t, 256> sextets = {};
  for (int8_t& sextet : sextets) sextet = -1;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    sextets[static_cast<uint8_t>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  return sextets;
}();

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

bool base64_decode(std::string_view text, std::string& out) {
  out.clear();
  if (text.size() % 4 != 0) return false;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const size_t digits = text.size() - padding;
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < digits; ++i) {
    const int8_t sextet = kSextets[static_cast<uint8_t>(text[i])];
    if (sextet < 0) {
      out.clear();
      return false;
    }
    bits = (bits << 6) | static_cast<uint32_t>(sextet);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFF));
    }
  }
  // Bits that no byte got must be zero, or one secret would have several spellings.
  if ((bits & ((1U << count) - 1)) != 0) {
    out.clear();
    return false;
  }
  return true;
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t have = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = (group << 8) | (k < have ? static_cast<uint8_t>(bytes[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      out.push_back(k <= have ? kAlphabet[(group >> (18 - 6 * k)) & 63] : '=');
    }
  }
  return out;
}

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
