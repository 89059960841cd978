#include "snapshot/client.h"

#include <fmt/core.h>

#include <algorithm>

namespace slipway::snapshot {

std::string_view to_string(Access access) {
  switch (access) {
    case Access::kPublic:
      return "public";
    case Access::kPrivate:
      return "private";
  }
  return "";
}

bool is_client_name(std::string_view text) {
  const auto may_begin = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && text.size() <= kMaxClientNameBytes && may_begin(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return may_begin(c) || (c >= '0' && c <= '9') || c == '-'; });
}

Result<void> validate(const Client& client) {
  if (!is_client_name(client.name)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("a client's name must be 1 to {} of [a-z0-9_-] and not begin with a "
                            "digit or '-'",
                            kMaxClientNameBytes));
  }
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kInvalid, fmt::format("client {}: {}", client.name, what));
  };
  const bool has_previous = client.previous_digest != TokenDigest{};
  if (client.digest == TokenDigest{}) return wrong("it has no digest");
  if (has_previous != (client.previous_until_micros != 0)) {
    return wrong("its previous digest and the end of it do not fit together");
  }
  if (client.previous_until_micros < 0) return wrong("its previous digest ends before 1970");
  if (client.expires_at_micros < 0) return wrong("it expires before 1970");
  return {};
}

}  // namespace slipway::snapshot
