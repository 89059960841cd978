#include "control/ticker.h"

#include <utility>

namespace slipway::control {

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> work)
    : interval_(interval), work_(std::move(work)), thread_([this] { run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  // After a pause of the whole machine one time is enough.
  while (!ended_.wait_for(lock, interval_, [this] { return ending_; })) {
    lock.unlock();
    work_();
    lock.lock();
  }
}

}  // namespace slipway::control
