#pragma once
// Secrets that we give out: a prefix that says what it opens, and 43 base64url characters of 32
// random bytes. Pure but for the Random; any thread.

#include <string>
#include <string_view>

#include "base/random.h"

namespace slipway::identity {

inline constexpr size_t kSecretBodyLength = 43;

// "slc_": a client of a private endpoint.
inline constexpr std::string_view kClientTokenPrefix = "slc_";

std::string make_secret(Random& random, std::string_view prefix);

}  // namespace slipway::identity
