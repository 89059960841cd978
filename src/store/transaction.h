#pragma once
// What a closure given to Store::read() or Store::write() works on. A ReadTransaction sees one
// consistent state; a WriteTransaction also its own writes. The tables' functions (deployments.h,
// events.h, ...) take one as their first argument, so that writing outside of a write does not
// compile. Lives on one thread, for the closure only; never kept.

#include <string>
#include <string_view>

#include "store/change_feed.h"

namespace slipway::store {

class Database;

class ReadTransaction {
 public:
  explicit ReadTransaction(Database& database) : database_(database) {}
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

  Database& database() { return database_; }

 private:
  Database& database_;
};

class WriteTransaction : public ReadTransaction {
 public:
  explicit WriteTransaction(Database& database) : ReadTransaction(database) {}

  // For the change feed. The tables' functions call these; callers have no need to.
  void note_desired(std::string_view deployment_id) { change_.desired.emplace(deployment_id); }
  void note_observed(std::string_view deployment_id) { change_.observed.emplace(deployment_id); }
  void note_notices() { change_.notices = true; }
  const Change& change() const { return change_; }

 private:
  Change change_;
};

}  // namespace slipway::store
