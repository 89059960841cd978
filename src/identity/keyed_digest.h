#pragma once
// How secrets are kept: the store has a digest only, keyed with a random key of this installation,
// so that a copy of the table alone finds none. Pure but for making the key once; any thread.

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "store/store.h"

namespace slipway::identity {

// The same digest for the same text and key: BLAKE2b-256, as bytes.
std::string keyed_digest(std::string_view key, std::string_view text);
// In a time that tells nothing about where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// The digest key in the store's settings, made on the first start.
Result<std::string> digest_key(store::Store& store, Random& random, std::string_view setting);

}  // namespace slipway::identity
