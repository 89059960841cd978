#pragma once
// All streams of one loop: those in use, those that wait to be used again, and those to which the
// loop owes a word. Streams never move and never die before the pool. `S` has a public member
// `generation`, which it raises when it is let go, and `next_free`; on_deferred() tells what is
// owed. Of the loop's thread.

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace slipway::os {

template <typename S>
class StreamPool {
 public:
  // Null: there is none, add() one.
  S* take() {
    return free_ == nullptr ? nullptr
                            : std::exchange(free_, std::exchange(free_->next_free, nullptr));
  }
  template <typename... Arguments>
  S& add(Arguments&&... arguments) {
    return streams_.emplace_back(std::forward<Arguments>(arguments)...);
  }
  void recycle(S& stream) {
    stream.next_free = free_;
    free_ = &stream;
  }

  void defer(S& stream) { deferred_.push_back({&stream, stream.generation}); }
  bool owes() const { return !deferred_.empty(); }
  // What these calls defer is for the next time.
  void tell_deferred() {
    if (deferred_.empty()) return;
    deferred_now_.swap(deferred_);
    for (const Deferred& one : deferred_now_) {
      if (one.stream->generation == one.generation) one.stream->on_deferred();
    }
    deferred_now_.clear();
  }

  auto begin() { return streams_.begin(); }
  auto end() { return streams_.end(); }

 private:
  struct Deferred {
    S* stream;
    uint32_t generation;
  };

  std::deque<S> streams_;
  S* free_ = nullptr;
  std::vector<Deferred> deferred_;
  std::vector<Deferred> deferred_now_;
};

}  // namespace slipway::os
