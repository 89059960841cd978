#pragma once
// Base64 of RFC 4648 §4; base64url.h is §5. Pure; any thread.

#include <string>
#include <string_view>

namespace slipway {

// Strict §4 with padding; false, with `out` empty, for anything else: every value has one spelling.
bool base64_decode(std::string_view text, std::string& out);
std::string base64_encode(std::string_view bytes);

}  // namespace slipway
