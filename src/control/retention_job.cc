#include "control/retention_job.h"

#include <functional>

#include "control/revision_retention.h"
#include "store/replica_spans.h"
#include "store/retention.h"
#include "store/webhooks.h"

namespace slipway::control {
namespace {

using Remover = Result<int64_t> (*)(store::WriteTransaction&, Timestamp, int);

Result<int64_t> remove_all(store::Store& store, Remover remove, Timestamp time, int batch) {
  int64_t total = 0;
  while (true) {
    TRY_ASSIGN(const int64_t removed,
               store.write([&](store::WriteTransaction& tx) { return remove(tx, time, batch); }));
    total += removed;
    if (removed < batch) return total;
  }
}

constexpr int kDeliveriesOfWebhook = 500;

Result<int64_t> remove_deliveries(store::WriteTransaction& tx, Timestamp time, int limit) {
  return store::deliveries::remove_old(tx, time, kDeliveriesOfWebhook, limit);
}

}  // namespace

Result<RetentionSweep> sweep(store::Store& store, const RetentionRules& rules, Timestamp now,
                             int batch) {
  namespace retention = store::retention;
  RetentionSweep done;
  TRY_ASSIGN(done.idempotency_keys,
             remove_all(store, &retention::remove_idempotency_keys, now, batch));
  TRY_ASSIGN(done.sessions, remove_all(store, &retention::remove_sessions, now, batch));
  TRY_ASSIGN(done.api_tokens,
             remove_all(store, &retention::remove_api_tokens, now - rules.expired_tokens, batch));
  if (rules.audit.count() > 0) {
    TRY_ASSIGN(done.audit, remove_all(store, &retention::remove_audit, now - rules.audit, batch));
  }
  TRY_ASSIGN(done.replica_spans,
             remove_all(store, &store::replica_spans::fold, now - rules.replica_spans, batch));
  TRY_ASSIGN(done.deliveries, remove_all(store, &remove_deliveries, now - rules.deliveries, batch));
  TRY_ASSIGN(done.revisions, remove_expired_revisions(store, rules.revisions, now));
  return done;
}

RetentionJob::RetentionJob(store::Store& store, const Clock& clock, const RetentionRules& rules,
                           Logger logger, std::chrono::milliseconds interval)
    : store_(store),
      clock_(clock),
      rules_(rules),
      logger_(std::move(logger)),
      interval_(interval),
      thread_([this] { run(); }) {}

RetentionJob::~RetentionJob() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void RetentionJob::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void RetentionJob::wait_for_passes(int64_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return passes_ >= count; });
}

void RetentionJob::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    woken_ = false;
    lock.unlock();
    pass();
    lock.lock();
    ++passes_;
    changed_.notify_all();
    changed_.wait_for(lock, interval_, [this] { return ending_ || woken_; });
  }
}

void RetentionJob::pass() {
  const Result<RetentionSweep> done = sweep(store_, rules_, clock_.now());
  if (!done) {
    logger_.warn("old records cannot be removed; it is tried again",
                 {{"error", done.error().message}});
  } else if (*done != RetentionSweep{}) {
    logger_.info("old records are removed", {{"audit", done->audit},
                                             {"revisions", done->revisions},
                                             {"replica_spans", done->replica_spans},
                                             {"deliveries", done->deliveries},
                                             {"api_tokens", done->api_tokens},
                                             {"sessions", done->sessions},
                                             {"idempotency_keys", done->idempotency_keys}});
  }
}

}  // namespace slipway::control
