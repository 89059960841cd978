#pragma once
// Where snapshot versions come from: they grow with every publication of one store, over restarts
// and kill -9 too, because a whole block is made durable before its first number is used. Owned by
// the feed, under its lock.

#include <cstdint>
#include <functional>
#include <utility>

#include "base/result.h"
#include "store/store.h"

namespace slipway::control {

class VersionSource {
 public:
  // Makes the next `size` numbers durable as used and returns the first of them.
  using Reserve = std::function<Result<uint64_t>(uint64_t size)>;

  // A block outlasts months of publications; a restart skips what is left of it.
  static constexpr uint64_t kBlock = uint64_t{1} << 20;

  explicit VersionSource(Reserve reserve) : reserve_(std::move(reserve)) {}

  // Call it once before next(): a store that cannot be written shows here.
  Result<void> open();
  // Never fails: should a block end while the store cannot be written, the numbers go on, as a dead
  // replica that stays routed would be worse than a number that a restart may use again.
  uint64_t next();
  uint64_t first() const { return first_; }  // of this run

 private:
  Result<void> reserve_block();

  Reserve reserve_;
  uint64_t first_ = 0;
  uint64_t next_ = 0;
  uint64_t end_ = 0;
};

// The block is a setting of the store.
VersionSource::Reserve reserve_in(store::Store& store);

}  // namespace slipway::control
