#pragma once
// Lets readers who follow a log sleep until somebody has written. Any thread.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace slipway::logs {

class Arrivals {
 public:
  void announce() {
    {
      const std::lock_guard lock(mutex_);
      ++count_;
    }
    changed_.notify_all();
  }
  uint64_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Until there were more than `seen`, or the timeout.
  void wait(uint64_t seen, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [&] { return count_ > seen; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  uint64_t count_ = 0;
};

}  // namespace slipway::logs
