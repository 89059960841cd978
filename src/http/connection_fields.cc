#include "http/connection_fields.h"

#include "http/byte_class.h"

namespace slipway::http {
namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// Calls `visit` with each element of the comma-separated lists of every Connection field; empty
// elements are skipped (RFC 9110 §5.6.1.2).
template <typename Visit>
void for_each_connection_token(const Fields& fields, const Visit& visit) {
  for (const Field& field : fields) {
    if (field.id != HeaderId::kConnection) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const size_t comma = rest.find(',');
      const std::string_view token = trim_blanks(rest.substr(0, comma));
      if (!token.empty()) visit(token);
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
}

}  // namespace

bool is_protected_field(std::string_view name) {
  return equals_ignoring_case(name, "host") || equals_ignoring_case(name, "authorization") ||
         starts_with_ignoring_case(name, "content-") ||
         starts_with_ignoring_case(name, "x-forwarded-");
}

ConnectionTokens read_connection(const Fields& fields) {
  ConnectionTokens tokens;
  if (!fields.has(HeaderId::kConnection)) return tokens;
  for_each_connection_token(fields, [&](std::string_view token) {
    if (equals_ignoring_case(token, "keep-alive")) {
      tokens.keep_alive = true;
    } else if (equals_ignoring_case(token, "close")) {
      tokens.close = true;
    } else if (equals_ignoring_case(token, "upgrade")) {
      tokens.upgrade = true;
    } else if (!is_token(token)) {
      tokens.malformed = true;
    } else {
      tokens.names_fields = true;
      if (is_protected_field(token)) tokens.names_protected = true;
    }
  });
  return tokens;
}

ConnectionFields::ConnectionFields(const Fields& fields)
    : fields_(fields), names_fields_(read_connection(fields).names_fields) {}

bool ConnectionFields::forwardable(const Field& field) const {
  if (is_codec_header(field.id)) return false;
  if (field.id == HeaderId::kOther && field.name.find('_') != std::string_view::npos) return false;
  if (!names_fields_) return true;
  bool named = false;
  for_each_connection_token(fields_, [&](std::string_view token) {
    named = named || equals_ignoring_case(token, field.name);
  });
  return !named;
}

}  // namespace slipway::http
