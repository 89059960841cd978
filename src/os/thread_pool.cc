#include "os/thread_pool.h"

#include <pthread.h>

#include <utility>

namespace slipway::os {

ThreadPool::ThreadPool(std::string name, size_t threads, size_t max_queued)
    : max_queued_(max_queued) {
  name.resize(std::min<size_t>(name.size(), 11));
  for (size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(),
                       (name + "-" + std::to_string(i % 1000)).c_str());
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool ThreadPool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || (max_queued_ > 0 && tasks_.size() >= max_queued_)) return false;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

size_t ThreadPool::queued() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size();
}

void ThreadPool::work() {
  while (true) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace slipway::os
