#pragma once
// GCRA, the leaky bucket as one number: the time at which the next request would come in if all
// came evenly. One atomic a client and one a deployment, shared by all workers of a gateway; any
// thread, no lock.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace slipway::gateway {

// What a rate says of one request.
struct RateState {
  uint32_t per_minute = 0;           // 0: no rate applies, and the rest says nothing
  uint32_t left = 0;                 // how many more may come at once
  std::chrono::nanoseconds wait{0};  // above zero: it may not go on, nor may one that comes sooner
  std::chrono::nanoseconds full_in{0};  // until as many may come at once as ever

  bool applies() const { return per_minute != 0; }
  bool allows() const { return wait.count() == 0; }
};

// As fields say times: never too soon.
inline int64_t whole_seconds(std::chrono::nanoseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(time).count();
}

class RateLimit {
 public:
  // Requests may come in bursts of what so long a time allows (at least one).
  static constexpr std::chrono::seconds kBurst{10};

  // Only a request that may go on is counted. `requests_per_minute` is not 0.
  RateState take(uint32_t requests_per_minute, Monotonic now) {
    using std::chrono::nanoseconds;
    constexpr nanoseconds kMinute = std::chrono::minutes(1);
    const int64_t interval = kMinute.count() / std::max<int64_t>(1, requests_per_minute);
    const int64_t burst = std::max(interval, nanoseconds(kBurst).count());
    const int64_t at = nanoseconds(now.time_since_epoch()).count();
    int64_t due = due_.load(std::memory_order_relaxed);
    while (true) {
      const int64_t begin = std::max(due, at);
      const int64_t next = begin + interval;
      if (next - at > burst) {
        return {.per_minute = requests_per_minute,
                .wait = nanoseconds(next - at - burst),
                .full_in = nanoseconds(begin - at)};
      }
      if (due_.compare_exchange_weak(due, next, std::memory_order_relaxed)) {
        return {.per_minute = requests_per_minute,
                .left = static_cast<uint32_t>((burst - (next - at)) / interval),
                .full_in = nanoseconds(next - at)};
      }
    }
  }

 private:
  std::atomic<int64_t> due_{INT64_MIN};  // nanoseconds of the steady clock
};

}  // namespace slipway::gateway
