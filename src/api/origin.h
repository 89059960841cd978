#pragma once
// The parts of our own public address that cookies, CSRF checks and lists of targets ask for. Pure.

#include <string>
#include <string_view>

namespace slipway::api {

// "https://Example.org:443/x" -> "https://example.org" (RFC 6454 §6.1).
std::string origin_of(std::string_view url);
// "https://example.org:8443/x" -> "example.org:8443", a default port left out.
std::string authority_of(std::string_view url);
bool is_https(std::string_view url);

}  // namespace slipway::api
