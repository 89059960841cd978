#pragma once
// Threads for work that lasts as long as a client listens: followed logs, event streams. One thread
// per piece of work, a bounded number of them, joined when the owner goes; the work itself must
// notice that its client has left (ReplyStream::closed(), a false write()). Any thread.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

namespace slipway::serve {

class LongThreads {
 public:
  explicit LongThreads(size_t most) : most_(most) {}
  // Waits for all work to end.
  ~LongThreads();
  LongThreads(const LongThreads&) = delete;
  LongThreads& operator=(const LongThreads&) = delete;

  // False when `most` are running already, or none can be started: nothing will run.
  [[nodiscard]] bool start(std::function<void()> work);
  size_t running() const;

 private:
  const size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  size_t running_ = 0;
};

}  // namespace slipway::serve
