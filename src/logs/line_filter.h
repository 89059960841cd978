#pragma once
// Which lines of a block are wanted. Values and a pure function.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "logs/block.h"
#include "logs/pattern.h"
#include "logs/segment.h"

namespace slipway::logs {

struct LineFilter {
  uint8_t streams = kAllStreams;
  FineTime since = FineTime::min();          // at or after
  FineTime until = FineTime::max();          // before
  std::shared_ptr<const Pattern> grep = {};  // null: all
};

// May the block hold a wanted line? What the index knows is enough to say no.
bool may_hold(const LineFilter& filter, const BlockPlace& place);

// The wanted lines from `begin` on, in order, appended to `chosen`.
void choose(const LineFilter& filter, const Block& block, size_t begin,
            std::vector<uint32_t>& chosen);

}  // namespace slipway::logs
