#pragma once
// Reads the stored log of one replica block by block, forwards from any line on, while it may still
// be written; finds where its newest lines begin without reading the rest. A segment that retention
// removes under it is skipped; a damaged one, too. One thread at a time.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/result.h"
#include "logs/block.h"
#include "logs/line_filter.h"
#include "logs/segment.h"

namespace slipway::logs {

class ReplicaReader {
 public:
  explicit ReplicaReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Only lines of this run from now on; 0: of all.
  void only_run(uint64_t run) { run_ = run; }
  // The next line to look at.
  void seek(uint64_t number) { position_ = number; }
  uint64_t position() const { return position_; }

  // The run before the newest; 0: there is none.
  uint64_t previous_run() const;

  // Goes on to the next block that may hold wanted lines; false: there is none now. Its place can
  // be asked before it is unpacked.
  Result<bool> advance(const LineFilter& filter);
  const BlockPlace& place() const { return segment_->blocks()[block_]; }
  // Unpacks it, gives the wanted lines and moves behind them. `block` stays the caller's.
  Result<void> take(const LineFilter& filter, BlockCodec& codec, Block& block,
                    std::vector<uint32_t>& chosen);
  uint64_t run() const { return segment_->head().run; }

  struct Tail {
    uint64_t number = 0;          // where to seek; the wanted lines from there are the tail
    uint64_t lines = 0;           // how many lines end there: at most what was asked
    std::vector<FineTime> times;  // of those
  };
  // The newest `count` wanted lines. Those before `not_before` need not be found.
  Result<Tail> find_tail(const LineFilter& filter, uint64_t count, FineTime not_before,
                         BlockCodec& codec);

 private:
  bool is_wanted(const SegmentFile& file) const { return run_ == 0 || file.run == run_; }
  Result<bool> scan(const LineFilter& filter);
  bool find_segment();

  const std::filesystem::path folder_;
  uint64_t run_ = 0;
  uint64_t position_ = 1;
  std::optional<Segment> segment_;
  size_t block_ = 0;
};

}  // namespace slipway::logs
