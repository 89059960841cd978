#pragma once
// A snapshot as bytes, for the wire and for the gateway's disk: the format of
// docs/snapshot-format.md. decode() trusts nothing: every length is bounded, the checksum covers
// all bytes, and whatever encode() would not have written is refused. Pure functions.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "snapshot/snapshot.h"

namespace slipway::snapshot {

inline constexpr uint16_t kFormatVersion = 2;

// Far above what one control can run; they keep a hostile file from costing memory.
inline constexpr size_t kMaxSnapshotBytes = size_t{64} * 1024 * 1024;
inline constexpr size_t kMaxRoutes = 100'000;
inline constexpr size_t kMaxReplicasPerRoute = 10'000;
inline constexpr size_t kMaxClientsPerRoute = 1'000;
inline constexpr size_t kMaxReasonBytes = 1024;
inline constexpr size_t kMaxPathBytes = 1024;
inline constexpr size_t kMaxIdBytes = 128;
inline constexpr size_t kMaxImageBytes = 512;

// The same snapshot always gives the same bytes. Fails (kInternal) when validate() does.
Result<std::string> encode(const Snapshot& snapshot);

// kInvalid, with the offset, for anything that is not exactly one intact snapshot.
Result<Snapshot> decode(std::string_view bytes);

}  // namespace slipway::snapshot
