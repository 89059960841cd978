#pragma once
// One Store for one database file, over all processes: a flock(2) on "<database>-lock", held until
// destruction or the end of the process, however it ends. On a file of its own, because closing any
// descriptor of the database would drop SQLite's locks. Other programs may still read the database.

#include <filesystem>

#include "base/result.h"

namespace slipway::store {

class OwnerLock {
 public:
  // kConflict when another Store has it, naming its process.
  static Result<OwnerLock> acquire(const std::filesystem::path& database);
  OwnerLock(OwnerLock&& other) noexcept;
  OwnerLock& operator=(OwnerLock&&) = delete;
  ~OwnerLock();

 private:
  explicit OwnerLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace slipway::store
