#pragma once
// Reason phrases of the status codes that Slipway sends or passes on (RFC 9110 §15). Constant data.

#include <string_view>

namespace slipway::http {

// "Not Found"; for a code without a name that of its class ("Client Error").
std::string_view reason_phrase(int status);

// RFC 9110 §6.4.1: responses with these codes never have a body.
inline constexpr bool status_forbids_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace slipway::http
