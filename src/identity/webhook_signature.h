#pragma once
// Signs what is sent to webhooks, as https://www.standardwebhooks.com says: HMAC-SHA256 of
// "<id>.<timestamp>.<body>" under the bytes of the secret. Pure but for making a secret.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace slipway::identity {

// "whsec_" and the Base64 of 32 random bytes.
std::string make_webhook_secret(Random& random);

// "v1,<base64>"; `seconds` since 1970. "" when the secret is none.
std::string webhook_signature(std::string_view secret, std::string_view id, int64_t seconds,
                              std::string_view body);

}  // namespace slipway::identity
