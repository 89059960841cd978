#pragma once
// Takes away what is kept for a time only (store/retention.h), now and then, on one thread of its
// own. Made by main beside ControlPlane; the store and the clock outlive it. Events and history
// are bounded where they are written.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "domain/retention.h"
#include "store/store.h"

namespace slipway::control {

struct RetentionRules {
  // Of the audit trail; 0: for ever.
  std::chrono::hours audit{0};
  // An expired API token stays so long in its owner's list, with the reason why it does not work.
  std::chrono::hours expired_tokens{30 * 24};
  domain::RetentionRule revisions = {};
  // Ended runs of replicas are kept one by one for so long, then as sums of their months.
  std::chrono::hours replica_spans{35 * 24};
  // What was told to webhooks, with the tries; and no more than the newest so many of each.
  std::chrono::hours deliveries{30 * 24};
};

struct RetentionSweep {
  int64_t idempotency_keys = 0;
  int64_t api_tokens = 0;
  int64_t sessions = 0;
  int64_t audit = 0;
  int64_t revisions = 0;
  int64_t replica_spans = 0;
  int64_t deliveries = 0;
  bool operator==(const RetentionSweep&) const = default;
};

// One pass, in transactions of at most `batch` rows each.
Result<RetentionSweep> sweep(store::Store& store, const RetentionRules& rules, Timestamp now,
                             int batch = 500);

class RetentionJob {
 public:
  // The first pass is at once.
  RetentionJob(store::Store& store, const Clock& clock, const RetentionRules& rules, Logger logger,
               std::chrono::milliseconds interval = std::chrono::hours(1));
  ~RetentionJob();
  RetentionJob(const RetentionJob&) = delete;
  RetentionJob& operator=(const RetentionJob&) = delete;

  // The next pass is now.
  void wake();
  // Blocks until `count` passes are done.
  void wait_for_passes(int64_t count);

 private:
  void run();
  void pass();

  store::Store& store_;
  const Clock& clock_;
  const RetentionRules rules_;
  const Logger logger_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  bool woken_ = false;
  int64_t passes_ = 0;
  std::thread thread_;
};

}  // namespace slipway::control
