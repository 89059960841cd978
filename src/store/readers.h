#pragma once
// Connections for reading, lent out one to a thread at a time. A few are kept; more are opened when
// all are lent, so that a read never waits for another. Owned by the Store; any thread.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/transaction.h"

namespace slipway::store {

class Readers {
 public:
  Readers(std::filesystem::path path, size_t kept, std::chrono::milliseconds busy_timeout)
      : path_(std::move(path)), kept_(kept), busy_timeout_(busy_timeout) {}

  // Runs the body on one consistent state.
  Result<void> run(const std::function<void(ReadTransaction&)>& body);

 private:
  Result<std::unique_ptr<Database>> borrow();
  void give_back(std::unique_ptr<Database> database);

  const std::filesystem::path path_;
  const size_t kept_;
  const std::chrono::milliseconds busy_timeout_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace slipway::store
