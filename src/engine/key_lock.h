#pragma once
// One thread at a time per replica key: a start and a stop of the same replica never overlap inside
// this process, those of different replicas do not wait for each other. Any thread; the KeyLocks
// object outlives its holders.

#include <condition_variable>
#include <mutex>
#include <set>

#include "domain/replica.h"

namespace slipway::engine {

class KeyLocks {
 public:
  class [[nodiscard]] Holder {
   public:
    Holder(KeyLocks* locks, domain::ReplicaKey key) : locks_(locks), key_(std::move(key)) {}
    ~Holder() { locks_->release(key_); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

   private:
    KeyLocks* locks_;
    domain::ReplicaKey key_;
  };

  // Waits until nobody holds `key`.
  Holder hold(const domain::ReplicaKey& key) {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] { return held_.insert(key).second; });
    return Holder(this, key);
  }

 private:
  void release(const domain::ReplicaKey& key) {
    {
      std::lock_guard lock(mutex_);
      held_.erase(key);
    }
    freed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  std::set<domain::ReplicaKey> held_;
};

}  // namespace slipway::engine
