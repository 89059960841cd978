#pragma once
// Is a text an IPv4 or IPv6 literal as inet_pton(3) reads it (no zone, no brackets)? Pure function.

#include <string_view>

namespace slipway::snapshot {

bool is_ip_literal(std::string_view text);

}  // namespace slipway::snapshot
