#include "logs/replica_reader.h"

#include <algorithm>

namespace slipway::logs {

uint64_t ReplicaReader::previous_run() const {
  const std::vector<SegmentFile> files = list_segments(folder_);
  uint64_t previous = 0;
  for (const SegmentFile& file : files) {
    if (file.run < files.back().run) previous = std::max(previous, file.run);
  }
  return previous;
}

// Looks at what is in the present segment beyond the position.
Result<bool> ReplicaReader::scan(const LineFilter& filter) {
  if (segment_->end() <= position_) TRY(segment_->refresh());
  const std::vector<BlockPlace>& blocks = segment_->blocks();
  for (; block_ < blocks.size(); ++block_) {
    const uint64_t end = blocks[block_].first + blocks[block_].lines;
    if (end > position_) {
      position_ = std::max(position_, blocks[block_].first);
      if (may_hold(filter, blocks[block_])) return true;
      position_ = end;
    }
    // The last one of an open segment goes on growing.
    if (block_ + 1 == blocks.size()) break;
  }
  return false;
}

// Opens the segment that holds the position, or the first one behind it, but not again the one
// that has been read to its end.
bool ReplicaReader::find_segment() {
  const std::vector<SegmentFile> files = list_segments(folder_);
  auto at = std::upper_bound(files.begin(), files.end(), position_,
                             [](uint64_t p, const SegmentFile& file) { return p < file.first; });
  if (at != files.begin()) --at;
  for (; at != files.end(); ++at) {
    if (!is_wanted(*at)) continue;
    if (segment_ && segment_->head().first == at->first && segment_->kind() == at->kind) continue;
    auto segment = Segment::open(*at);
    // Damaged, or just sealed or removed: the next look finds its sealed file, if there is one.
    if (!segment) continue;
    if (segment->end() <= position_ && at + 1 != files.end()) continue;
    segment_ = std::move(*segment);
    block_ = 0;
    position_ = std::max(position_, segment_->head().first);
    return true;
  }
  return false;
}

Result<bool> ReplicaReader::advance(const LineFilter& filter) {
  do {
    if (!segment_) continue;
    TRY_ASSIGN(const bool found, scan(filter));
    if (found) return true;
  } while (find_segment());
  return false;
}

Result<void> ReplicaReader::take(const LineFilter& filter, BlockCodec& codec, Block& block,
                                 std::vector<uint32_t>& chosen) {
  const BlockPlace at = place();
  const uint64_t begin = position_ - at.first;
  position_ = at.first + at.lines;
  // A damaged block costs its lines, not those behind it.
  if (!segment_->read(block_, codec, block)) {
    block.clear();
    return {};
  }
  choose(filter, block, begin, chosen);
  return {};
}

Result<ReplicaReader::Tail> ReplicaReader::find_tail(const LineFilter& filter, uint64_t count,
                                                     FineTime not_before, BlockCodec& codec) {
  Tail tail;
  const std::vector<SegmentFile> files = list_segments(folder_);
  Block block;
  std::vector<uint32_t> chosen;
  bool first = true;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (!is_wanted(*file)) continue;
    auto segment = Segment::open(*file);
    if (!segment && segment.error().code == ErrorCode::kNotFound) {
      // Sealed just now.
      SegmentFile sealed = *file;
      sealed.kind = SegmentKind::kSealed;
      sealed.path = folder_ / segment_name(file->run, file->first, SegmentKind::kSealed);
      segment = Segment::open(sealed);
    }
    if (!segment) continue;
    if (first) tail.number = segment->end();
    first = false;
    for (size_t i = segment->blocks().size(); i-- > 0;) {
      const BlockPlace& candidate = segment->blocks()[i];
      if (candidate.latest < not_before) return tail;
      if (!may_hold(filter, candidate)) continue;
      if (!segment->read(i, codec, block)) continue;
      chosen.clear();
      choose(filter, block, 0, chosen);
      for (size_t at = chosen.size(); at-- > 0;) {
        if (block.ends_line(chosen[at])) {
          if (tail.lines == count) return tail;
          ++tail.lines;
          tail.times.push_back(block.line(chosen[at]).time);
        }
        tail.number = candidate.first + chosen[at];
      }
    }
  }
  return tail;
}

}  // namespace slipway::logs
