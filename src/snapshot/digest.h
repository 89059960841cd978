#pragma once
// The checksum of the snapshot format: BLAKE2b with 16 bytes of output and no key. It finds broken
// bytes; it does not prove who wrote them. The one file of this room that knows libsodium.

#include <array>
#include <cstdint>
#include <string_view>

namespace slipway::snapshot {

using Digest = std::array<uint8_t, 16>;

Digest digest_of(std::string_view bytes);

}  // namespace slipway::snapshot
