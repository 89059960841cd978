#include "logs/replay.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

#include "logs/segment.h"

namespace slipway::logs {
namespace {

uint64_t mark_of(const Line& line) {
  const auto time = static_cast<uint64_t>(line.time.time_since_epoch().count());
  const uint64_t kind = static_cast<uint64_t>(line.stream) << 1 | (line.continues ? 1U : 0U);
  return (std::hash<std::string_view>{}(line.text) ^ time) * 0x9e3779b97f4a7c15U + kind;
}

}  // namespace

Result<Replay> Replay::load(const std::filesystem::path& folder, const std::string& identity,
                            Reach reach) {
  Replay replay;
  std::vector<Segment> segments;
  const std::vector<SegmentFile> files = list_segments(folder);
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (file->run != files.back().run) break;
    auto segment = Segment::open(*file);
    if (!segment) continue;
    if (segment->head().identity != identity) return replay;
    segments.push_back(std::move(*segment));
  }
  uint64_t stored = 0;
  for (const Segment& segment : segments) stored += segment.end() - segment.head().first;
  const bool whole = reach == Reach::kWholeIfFew && stored <= kFewLines;
  // Newest first: how far back the newest lines reach.
  FineTime earliest = FineTime::max();
  uint64_t seen = 0;
  for (const Segment& segment : segments) {
    for (auto place = segment.blocks().rbegin(); place != segment.blocks().rend(); ++place) {
      if (seen >= kNewest) break;
      seen += place->lines;
      earliest = std::min(earliest, place->earliest);
    }
  }
  if (seen == 0) return replay;
  // A block may hold older lines than the newest 4096; asking too early costs only time.
  if (!whole) replay.since_ = std::chrono::floor<std::chrono::seconds>(earliest) - kSlack;
  BlockCodec codec;
  Block block;
  for (const Segment& segment : segments) {
    for (size_t i = 0; i < segment.blocks().size(); ++i) {
      if (segment.blocks()[i].latest < replay.since_) continue;
      if (!segment.read(i, codec, block)) continue;
      for (size_t at = 0; at < block.size(); ++at) {
        const Line line = block.line(at);
        if (line.time < replay.since_ || line.stream > Stream::kStderr) continue;
        ++replay.stored_[mark_of(line)];
        replay.latest_ = std::max(replay.latest_, line.time);
      }
    }
  }
  return replay;
}

bool Replay::is_stored(const Line& line) {
  if (stored_.empty()) return false;
  const auto found = stored_.find(mark_of(line));
  if (found != stored_.end()) {
    if (--found->second == 0) stored_.erase(found);
    return true;
  }
  // Far behind all that is stored: what the engine no longer had will not come any more.
  if (line.time > latest_ + kSlack) stored_.clear();
  return false;
}

}  // namespace slipway::logs
