#pragma once
// A fixed number of threads that run what is posted, in order of posting. For work that blocks
// (store, engine, password hashing), never for the prediction path. post() from any thread; the
// owner destroys it, which runs what is queued and joins.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace slipway::os {

class ThreadPool {
 public:
  // `name` (at most 11 bytes are kept) shows in ps and in a debugger. max_queued 0: no bound.
  ThreadPool(std::string name, size_t threads, size_t max_queued = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // False when the queue is full or the pool is ending: nothing will run.
  [[nodiscard]] bool post(std::function<void()> task);
  size_t queued() const;

 private:
  void work();

  const size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slipway::os
