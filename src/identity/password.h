#pragma once
// Password hashes: Argon2id (RFC 9106) through libsodium, in its "interactive" cost of 64 MiB and
// two passes. Stored as the usual "$argon2id$..." text, which carries salt and cost, so that the
// cost can be raised later. Pure but for salt and memory; any thread.

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace slipway::identity {

// kUnavailable when there are no 64 MiB to be had.
Result<std::string> hash_password(std::string_view password);
// Constant time in the password. False also for a hash that cannot be read.
bool verify_password(std::string_view hash, std::string_view password);
// As slow as verify_password() for a user that does not exist.
void pretend_to_verify(std::string_view password);

// The problem with a password that somebody chose, or success. 8 to 1024 bytes.
Result<void> check_password(std::string_view password);
// 20 characters of [a-z0-9] in groups of five: over 100 bits, and can be typed.
std::string generate_password(Random& random);

}  // namespace slipway::identity
