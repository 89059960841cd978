#pragma once
// Records on their way from one worker to the access log's thread: a ring of fixed size that one
// thread fills and one empties, without a lock. When it is full a record is dropped and counted: a
// slow disk must not slow a request.
//
// Made by AccessLog; next() and push() on the worker's thread, drain() on the log's.

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <cstddef>
#include <vector>

#include "gateway/access_record.h"
#include "telemetry/counter.h"

namespace slipway::gateway {

class AccessRing {
 public:
  // `size` is a power of two. `reader` is notified when the ring becomes half full; before that it
  // is the reader who looks now and then.
  AccessRing(size_t size, std::condition_variable& reader)
      : records_(size), mask_(size - 1), reader_(reader) {
    assert(size >= 2 && (size & mask_) == 0);
  }
  AccessRing(const AccessRing&) = delete;
  AccessRing& operator=(const AccessRing&) = delete;

  // Where the next record is to be written; null: there is no room, and that one is lost.
  AccessRecord* next() {
    const size_t written = written_.load(std::memory_order_relaxed);
    if (written - read_seen_ == records_.size()) {
      read_seen_ = read_.load(std::memory_order_acquire);
      if (written - read_seen_ == records_.size()) {
        dropped_.add();
        return nullptr;
      }
    }
    return &records_[written & mask_];
  }
  // The record of next() is complete.
  void push() {
    const size_t written = written_.load(std::memory_order_relaxed) + 1;
    written_.store(written, std::memory_order_release);
    // Once in each half of the ring, and only when the reader is behind. No lock: if it is just
    // about to sleep it misses this, and looks again by itself.
    if ((written & (mask_ >> 1)) != 0) return;
    read_seen_ = read_.load(std::memory_order_acquire);
    if (written - read_seen_ >= records_.size() / 2) reader_.notify_one();
  }

  // Calls visit(record) for what is there.
  template <typename Visit>
  void drain(Visit visit) {
    const size_t written = written_.load(std::memory_order_acquire);
    const size_t begin = read_.load(std::memory_order_relaxed);
    for (size_t at = begin; at != written; ++at) {
      visit(records_[at & mask_]);
      read_.store(at + 1, std::memory_order_release);
    }
  }

  // The reader's: it is late.
  bool half_full() const {
    return written_.load(std::memory_order_acquire) - read_.load(std::memory_order_relaxed) >=
           records_.size() / 2;
  }

  // Any thread.
  uint64_t dropped() const { return dropped_.value(); }

 private:
  std::vector<AccessRecord> records_;
  const size_t mask_;
  std::condition_variable& reader_;
  size_t read_seen_ = 0;  // the writer's: what read_ was when it last looked
  telemetry::Counter dropped_;
  // On lines of their own: each is written by one side and read by the other.
  alignas(64) std::atomic<size_t> written_{0};
  alignas(64) std::atomic<size_t> read_{0};
};

}  // namespace slipway::gateway
