#pragma once
// Who changed what, when, from where. Rows are only added; they outlive what they speak about.

#include <cstdint>
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

}  // namespace slipway::store

namespace slipway::store::audit {

Result<void> append(WriteTransaction& tx, const AuditRow& row);
// Oldest first, only those after `after_sequence`; at most `limit`.
Result<std::vector<AuditRow>> after(ReadTransaction& tx, int64_t after_sequence, int limit);

}  // namespace slipway::store::audit
