#include "store/readers.h"

#include <fmt/format.h>

#include <exception>

namespace slipway::store {

Result<void> Readers::run(const std::function<void(ReadTransaction&)>& body) {
  TRY_ASSIGN(std::unique_ptr<Database> database, borrow());
  TRY(database->execute("BEGIN"));
  Result<void> outcome;
  try {
    ReadTransaction transaction(*database);
    body(transaction);
  } catch (const std::exception& e) {
    outcome = fail(ErrorCode::kInternal, fmt::format("a read ended in an exception: {}", e.what()));
  }
  // Given back only when it is clean; otherwise it is closed.
  if (database->execute("COMMIT")) give_back(std::move(database));
  return outcome;
}

Result<std::unique_ptr<Database>> Readers::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Database> database = std::move(idle_.back());
      idle_.pop_back();
      return database;
    }
  }
  return Database::open(path_, Database::Mode::kReadOnly, busy_timeout_);
}

void Readers::give_back(std::unique_ptr<Database> database) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kept_) idle_.push_back(std::move(database));
}

}  // namespace slipway::store
