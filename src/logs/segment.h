#pragma once
// One segment file for reading, sealed or open, as blocks of lines. A file that is sealed or
// removed meanwhile stays readable. Anything damaged ends the file there, or costs one block, and
// never more. One thread at a time.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "logs/block.h"
#include "logs/segment_head.h"
#include "os/fd.h"

namespace slipway::logs {

// Where a block is and what can be known without unpacking it.
struct BlockPlace {
  uint64_t offset = 0;
  uint32_t size = 0;  // in the file
  uint32_t lines = 0;
  uint32_t line_ends = 0;
  uint8_t streams = 0;
  uint64_t first = 0;  // number of its first line
  FineTime earliest{};
  FineTime latest{};
  bool operator==(const BlockPlace&) const = default;
};

class Segment {
 public:
  // kNotFound when it is gone (sealed or removed just now), kInternal when it is no segment.
  static Result<Segment> open(const SegmentFile& file);

  const SegmentHead& head() const { return head_; }
  SegmentKind kind() const { return kind_; }
  const std::vector<BlockPlace>& blocks() const { return blocks_; }
  // The number behind its last line.
  uint64_t end() const;
  // An open one: bytes that are whole.
  uint64_t whole_bytes() const { return whole_; }

  Result<void> read(size_t block, BlockCodec& codec, Block& into) const;
  // An open one: takes up what was written since. True: there is more now.
  Result<bool> refresh();

 private:
  Result<void> read_index(uint64_t size);
  Result<std::string> read_at(uint64_t offset, size_t size) const;

  os::UniqueFd fd_;
  std::string name_;
  SegmentKind kind_ = SegmentKind::kOpen;
  SegmentHead head_;
  uint64_t body_ = 0;   // where the blocks begin
  uint64_t whole_ = 0;  // of an open one
  std::vector<BlockPlace> blocks_;
};

// What a sealed segment ends with, behind its blocks.
std::string encode_index(const std::vector<BlockPlace>& blocks, uint64_t offset);

// Writes the sealed file of an open one and removes that. Nothing is lost whenever it is cut off.
Result<void> seal_segment(const SegmentFile& file, BlockCodec& codec);

}  // namespace slipway::logs
