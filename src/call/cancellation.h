#pragma once
// A switch that ends a running call from another thread, at once. Whoever starts the call owns it
// and keeps it alive until the call has returned; cancel() may come from any thread, before or
// during the call. One Cancellation serves any number of calls; it cannot be switched back.

#include <atomic>
#include <mutex>
#include <vector>

namespace slipway::call {

class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  void cancel();
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }

 private:
  friend class Transfer;
  void attach(void* waiting);
  void detach(void* waiting);

  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::vector<void*> waiting_;  // transfers that sleep in poll, to be woken
};

}  // namespace slipway::call
