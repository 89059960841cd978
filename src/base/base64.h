#pragma once
// Base64 as RFC 4648 says: §4 both ways, §5 (URL-safe) for writing. Pure; any thread.

#include <string>
#include <string_view>

namespace slipway {

// Strict §4 with padding; false, with `out` empty, for anything else: every value has one spelling.
bool base64_decode(std::string_view text, std::string& out);
std::string base64_encode(std::string_view bytes);
// §5 with padding.
std::string base64url_encode(std::string_view bytes);

}  // namespace slipway
