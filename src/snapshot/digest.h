#pragma once
// The two uses of BLAKE2b in the contract: the checksum of the format (16 bytes, no key; it finds
// broken bytes and proves nothing), and the digest of a client's token (32 bytes, keyed), by which
// control keeps tokens and gateways know them again. digest.cc is the one file of this room that
// knows libsodium. Pure functions.

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace slipway::snapshot {

using Digest = std::array<uint8_t, 16>;

Digest digest_of(std::string_view bytes);

// Random, one for an installation: with a copy of the digests alone nobody can try tokens.
using DigestKey = std::array<uint8_t, 32>;
using TokenDigest = std::array<uint8_t, 32>;

TokenDigest token_digest(std::string_view token, const DigestKey& key);

// Takes the same time wherever they differ.
inline bool same_digest(const TokenDigest& a, const TokenDigest& b) {
  uint64_t difference = 0;
  for (size_t i = 0; i < a.size(); i += 8) {
    uint64_t x;
    uint64_t y;
    std::memcpy(&x, a.data() + i, 8);
    std::memcpy(&y, b.data() + i, 8);
    difference |= x ^ y;
  }
  return difference == 0;
}

// The same for secrets of any length; their lengths are no secret.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace slipway::snapshot
