#pragma once
// Who changed what, when, from where. Rows are only added; they outlive what they speak about.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct AuditRow {
  int64_t sequence = 0;  // given by the store
  Timestamp time{};
  std::string actor;
  std::string source;       // address the request came from
  std::string action;       // "deployment.create", "token.revoke", ...
  std::string object;       // id of what was changed
  std::string detail;       // for people; never a secret
  std::string group = {};   // whose admins may read it; "": platform admins only
  std::string before = {};  // the object as JSON, secrets masked; "": was not there
  std::string after = {};   // "": is not there any more
  bool operator==(const AuditRow&) const = default;
};

// Which rows; "" and none: all.
struct AuditQuery {
  std::string actor = {};
  std::string action = {};
  std::string object = {};
  std::optional<std::vector<std::string>> groups = {};
  std::optional<Timestamp> since = {};
  std::optional<Timestamp> until = {};  // not this one any more
  int64_t before_sequence = INT64_MAX;  // not this one any more
  int64_t from_sequence = 0;
  int limit = 100;
};

}  // namespace slipway::store

namespace slipway::store::audit {

Result<void> append(WriteTransaction& tx, const AuditRow& row);
// Newest first: by sequence, since clocks go back. One indexed read for each group at most.
Result<std::vector<AuditRow>> newest(ReadTransaction& tx, const AuditQuery& query);
// The lowest sequence of a row written at `time` or later; INT64_MAX: there is none. And the
// highest of one written before; 0: there is none. Both read the index of all rows on that side of
// the time, so once for a list, not for each page.
Result<int64_t> first_since(ReadTransaction& tx, Timestamp time);
Result<int64_t> last_before(ReadTransaction& tx, Timestamp time);
// Oldest first, only those after `after_sequence`; at most `limit`.
Result<std::vector<AuditRow>> after(ReadTransaction& tx, int64_t after_sequence, int limit);

}  // namespace slipway::store::audit
