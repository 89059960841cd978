#pragma once
// Work handed to a loop by other threads: a locked list and an eventfd that wakes the loop. post()
// from any thread; the rest on the loop's thread.

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::os {

class Mailbox {
 public:
  Result<void> open();
  int fd() const { return event_.get(); }

  void post(std::function<void()> task);

  // A look without a lock, for the top of every turn.
  bool has_mail() const { return waiting_.load(std::memory_order_acquire); }
  // Runs what has been posted, in order; what tasks post meanwhile is for the next turn.
  void deliver();
  // After the eventfd was reported readable.
  void acknowledge();

 private:
  UniqueFd event_;
  std::atomic<bool> waiting_{false};
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  std::vector<std::function<void()>> running_;
};

}  // namespace slipway::os
