#pragma once
// Removes revisions that the retention rule does not keep, now and then, on a thread of its own.
// Made by the control plane, destroyed before the store.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "domain/retention.h"
#include "store/store.h"

namespace slipway::control {

// One round over all deployments, each in a write of its own; how many revisions went.
Result<int> remove_expired_revisions(store::Store& store, const domain::RetentionRule& rule,
                                     Timestamp now);

class Retention {
 public:
  // A revision more or less for an hour hurts nobody.
  static constexpr std::chrono::hours kEvery{1};

  Retention(store::Store& store, const domain::RetentionRule& rule, const Clock& clock,
            const Logger& logger);
  ~Retention();
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;

 private:
  void run();

  store::Store& store_;
  const domain::RetentionRule rule_;
  const Clock& clock_;
  const Logger logger_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace slipway::control
