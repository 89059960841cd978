#pragma once
// base64url without padding (RFC 4648 §5, as JWS wants it): strict, so that one value has one text.
// Pure.

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

std::string base64url_encode(std::string_view bytes);
// None for padding, other characters, an impossible length, or bits left over that are not 0.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace slipway
