#pragma once
// GCRA, the leaky bucket as one number: the time at which the next request would come in if all
// came evenly. One atomic a client, shared by all workers of a gateway; any thread, no lock.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace slipway::gateway {

class RateLimit {
 public:
  // Requests may come in bursts of what so long a time allows (at least one).
  static constexpr std::chrono::seconds kBurst{10};

  // Zero: the request may go on, and is counted. Otherwise how long to wait; nothing is counted.
  std::chrono::nanoseconds take(uint32_t requests_per_minute, Monotonic now) {
    using std::chrono::nanoseconds;
    constexpr nanoseconds kMinute = std::chrono::minutes(1);
    const int64_t interval = kMinute.count() / std::max<int64_t>(1, requests_per_minute);
    const int64_t burst = std::max(interval, nanoseconds(kBurst).count());
    const int64_t at = nanoseconds(now.time_since_epoch()).count();
    int64_t due = due_.load(std::memory_order_relaxed);
    while (true) {
      const int64_t next = std::max(due, at) + interval;
      if (next - at > burst) return nanoseconds(next - at - burst);
      if (due_.compare_exchange_weak(due, next, std::memory_order_relaxed)) return nanoseconds(0);
    }
  }

 private:
  std::atomic<int64_t> due_{INT64_MIN};  // nanoseconds of the steady clock
};

}  // namespace slipway::gateway
