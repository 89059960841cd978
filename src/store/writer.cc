#include "store/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace slipway::store {

Writer::Writer(std::unique_ptr<Database> database, ChangeFeed& feed, int64_t checkpoint_bytes)
    : database_(std::move(database)),
      feed_(feed),
      checkpoint_bytes_(checkpoint_bytes),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_one();
  thread_.join();
  // A failure costs only a longer recovery at the next start.
  (void)database_->checkpoint(/*wait=*/true);
}

Result<void> Writer::submit(const Body& body) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    return fail(ErrorCode::kInternal, "a write inside a write, or inside a feed's listener");
  }
  Job job{&body, {}};
  std::unique_lock lock(mutex_);
  if (ending_) return fail(ErrorCode::kUnavailable, "the store is closing");
  queue_.push_back(&job);
  work_.notify_one();
  finished_.wait(lock, [&job] { return job.done; });
  return std::move(job.outcome);
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMostTogether));
    std::vector<Job*> jobs(queue_.begin(), queue_.begin() + count);
    queue_.erase(queue_.begin(), queue_.begin() + count);
    lock.unlock();
    commit_together(jobs);
    lock.lock();
    for (Job* job : jobs) job->done = true;  // the job is its caller's from here on
    finished_.notify_all();
    lock.unlock();
    checkpoint_if_due();
    lock.lock();
  }
}

void Writer::commit_together(std::vector<Job*>& jobs) {
  const auto spoil_all = [&jobs](const Error& error) {
    for (Job* job : jobs) {
      if (job->outcome) job->outcome = fail(error);
    }
  };
  if (auto begun = database_->execute("BEGIN IMMEDIATE"); !begun) return spoil_all(begun.error());
  Change change;
  for (Job* job : jobs) {
    job->outcome = run_one(*job->body, change);
    // Some failures (disk full, I/O) make SQLite roll the whole transaction back by itself.
    if (database_->is_idle()) return spoil_all(job->outcome.error());
  }
  if (auto committed = database_->execute("COMMIT"); !committed) {
    if (!database_->is_idle()) (void)database_->execute("ROLLBACK");
    return spoil_all(committed.error());
  }
  feed_.announce(std::move(change));
}

Result<void> Writer::run_one(const Body& body, Change& change) {
  TRY(database_->execute("SAVEPOINT job"));
  WriteTransaction transaction(*database_);
  Result<void> outcome;
  try {
    outcome = body(transaction);
  } catch (const std::exception& e) {
    outcome =
        fail(ErrorCode::kInternal, fmt::format("a write ended in an exception: {}", e.what()));
  }
  if (!outcome) {
    // What cannot be undone alone must not be committed with the others.
    const bool undone =
        database_->is_idle() || database_->execute("ROLLBACK TO job; RELEASE job").has_value();
    if (!undone) (void)database_->execute("ROLLBACK");
    return outcome;
  }
  if (database_->is_idle()) {
    return fail(ErrorCode::kInternal, "a write went on after its transaction was rolled back");
  }
  TRY(database_->execute("RELEASE job"));
  change.notices |= transaction.change().notices;
  change.desired.insert(transaction.change().desired.begin(), transaction.change().desired.end());
  change.observed.insert(transaction.change().observed.begin(),
                         transaction.change().observed.end());
  return {};
}

void Writer::checkpoint_if_due() {
  // As far as readers let it go; when they never do, wait for them once it has grown fourfold.
  const int64_t bytes = database_->wal_bytes();
  if (bytes < checkpoint_bytes_) return;
  (void)database_->checkpoint(/*wait=*/bytes >= 4 * checkpoint_bytes_);
}

}  // namespace slipway::store
