#include "logs/line_filter.h"

namespace slipway::logs {

bool may_hold(const LineFilter& filter, const BlockPlace& place) {
  return (place.streams & filter.streams) != 0 && place.latest >= filter.since &&
         place.earliest < filter.until;
}

void choose(const LineFilter& filter, const Block& block, size_t begin,
            std::vector<uint32_t>& chosen) {
  const auto wanted = [&](size_t index) {
    const Line line = block.line(index);
    return (filter.streams & bit_of(line.stream)) != 0 && line.time >= filter.since &&
           line.time < filter.until;
  };
  if (!filter.grep) {
    for (size_t i = begin; i < block.size(); ++i) {
      if (wanted(i)) chosen.push_back(static_cast<uint32_t>(i));
    }
    return;
  }
  size_t from = begin == 0 ? 0 : block.end_of(begin - 1) + 1;
  const std::string_view texts = block.texts();
  while (from < texts.size()) {
    const size_t found = filter.grep->find(texts, from);
    // An empty match behind the last line is none of a line.
    if (found >= texts.size()) break;
    const size_t index = block.line_at(found);
    if (wanted(index)) chosen.push_back(static_cast<uint32_t>(index));
    from = block.end_of(index) + 1;
  }
}

}  // namespace slipway::logs
