#pragma once
// How many frames of a kind one connection may send: bursts of `burst`, and `per_second` for ever.
// For frames that cost work and carry none: resets, pings, settings, empty DATA. Owned by a
// session, which is told the time; one thread.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace slipway::http {

struct FrameRate {
  uint32_t burst = 0;
  uint32_t per_second = 1;
};

class FrameAllowance {
 public:
  explicit FrameAllowance(FrameRate rate)
      : interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) / rate.per_second),
        burst_(interval_ * rate.burst) {}

  // False: this one is too many. It is not counted then.
  bool take(Monotonic now) {
    const Monotonic next = std::max(due_, now) + interval_;
    if (next - now > burst_) return false;
    due_ = next;
    return true;
  }

 private:
  std::chrono::nanoseconds interval_;
  std::chrono::nanoseconds burst_;
  Monotonic due_{};  // when the next frame would come if all came evenly
};

}  // namespace slipway::http
