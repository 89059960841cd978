#pragma once
// A thread that does one thing every so often, and ends with this object: after the thing under
// way. The first time is one interval from now.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace slipway::control {

class Ticker {
 public:
  Ticker(std::chrono::milliseconds interval, std::function<void()> work);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void run();

  const std::chrono::milliseconds interval_;
  const std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace slipway::control
