#pragma once
// Reading the audit trail: platform admins see every row, group admins those of the groups that
// they administer. What is written is audit_record.h's and identity's. Made once by main; any
// thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"

namespace slipway::store {
class Store;
}

namespace slipway::control {

struct AuditEntry {
  int64_t sequence = 0;
  Timestamp time{};
  std::string actor;   // "": nobody who was signed in
  std::string source;  // address the request came from; "": this machine
  std::string action;  // "deployment.create", "session.sign_in", ...
  std::string object;  // name or id
  std::string group;   // "": of no group
  std::string detail;
  std::string before;  // JSON, secrets masked; "": was not there
  std::string after;   // "": is not there any more
  bool operator==(const AuditEntry&) const = default;
};

// "" and none: all.
struct AuditFilter {
  std::string actor = {};
  std::string action = {};
  std::string object = {};
  std::string group = {};
  std::optional<Timestamp> since = {};
  std::optional<Timestamp> until = {};  // not this one any more
  int limit = 100;                      // 1 .. 1000
  std::string cursor = {};              // opaque; from the previous page
};

struct AuditPage {
  std::vector<AuditEntry> items;
  std::string next_cursor;  // empty: the last page
};

class AuditLog {
 public:
  virtual ~AuditLog() = default;

  // Newest first. kDenied for who administers nothing, or not the group that is asked for;
  // kNotFound for a group that the caller is not in.
  virtual Result<AuditPage> list(const Caller& caller, const AuditFilter& filter) = 0;
};

// `store` outlives it.
std::unique_ptr<AuditLog> make_audit_log(store::Store& store);

}  // namespace slipway::control
