#pragma once
// The name and the first bytes of a segment file: which run of the replica it belongs to and which
// number its first line has. The number in the name orders the files of a replica without opening
// them. Values; any thread.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::logs {

struct SegmentHead {
  uint64_t run = 0;
  uint64_t first = 0;    // number of its first line
  std::string identity;  // of the run's process, as the collector knows it
  bool operator==(const SegmentHead&) const = default;
};

enum class SegmentKind { kOpen, kSealed };

std::string encode_head(SegmentKind kind, const SegmentHead& head);
// How many bytes of `bytes` are the head, which goes to `head`; 0: they do not begin with one.
size_t decode_head(SegmentKind kind, std::string_view bytes, SegmentHead& head);
// No head is longer.
inline constexpr size_t kMaxHead = 4096;

struct SegmentFile {
  uint64_t run = 0;
  uint64_t first = 0;
  SegmentKind kind = SegmentKind::kOpen;
  std::filesystem::path path;
  bool operator==(const SegmentFile&) const = default;
};

// "000001-000000000001.open" and ".sealed"
std::string segment_name(uint64_t run, uint64_t first, SegmentKind kind);
std::optional<SegmentFile> parse_segment_name(const std::filesystem::path& path);

// Oldest first; of one that was just being sealed only the sealed file. Empty: no such folder.
std::vector<SegmentFile> list_segments(const std::filesystem::path& replica_folder);

}  // namespace slipway::logs
