#pragma once
// The one thread that writes. Closures that wait together share one COMMIT (and so one fsync), each
// in a SAVEPOINT of its own. Owned by the Store; submit() from any thread but the writer's own.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "store/change_feed.h"
#include "store/database.h"
#include "store/transaction.h"

namespace slipway::store {

class Writer {
 public:
  using Body = std::function<Result<void>(WriteTransaction&)>;

  Writer(std::unique_ptr<Database> database, ChangeFeed& feed, int64_t checkpoint_bytes);
  // Carries out what was submitted, then folds the WAL in.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Runs the body and waits until its commit is durable; its own error, or the commit's.
  Result<void> submit(const Body& body);

 private:
  struct Job {
    const Body* body;
    Result<void> outcome;
    bool done = false;
  };
  void run();
  void commit_together(std::vector<Job*>& jobs);
  Result<void> run_one(const Body& body, Change& change);
  void checkpoint_if_due();

  // Of jobs in one commit: bounds how long the first of them waits for the last.
  static constexpr size_t kMostTogether = 256;

  const std::unique_ptr<Database> database_;
  ChangeFeed& feed_;
  const int64_t checkpoint_bytes_;

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable finished_;
  std::vector<Job*> queue_;
  bool ending_ = false;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace slipway::store
