#include "serve/long_threads.h"

#include <system_error>
#include <thread>
#include <utility>

namespace slipway::serve {

LongThreads::~LongThreads() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return running_ == 0; });
}

bool LongThreads::start(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (running_ >= most_) return false;
  try {
    // Detached, and counted: the destructor waits for the count, after which no thread touches us.
    std::thread([this, work = std::move(work)]() mutable {
      work();
      work = nullptr;
      const std::lock_guard done(mutex_);
      --running_;
      ended_.notify_all();
    }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  ++running_;
  return true;
}

size_t LongThreads::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

}  // namespace slipway::serve
