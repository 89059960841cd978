#pragma once
// control::AuditLog in memory, for the tests of this room: rows in pages of the limit, whatever the
// filter; what it was asked for is kept.

#include <string>
#include <vector>

#include "control/audit_log.h"

namespace slipway::api {

class FakeAuditLog : public control::AuditLog {
 public:
  Result<control::AuditPage> list(const control::Caller& caller,
                                  const control::AuditFilter& filter) override {
    asked.push_back(filter);
    last_caller = caller;
    if (refusal.code != ErrorCode::kDeadline) return fail(refusal);
    control::AuditPage page;
    for (size_t at = filter.cursor.empty() ? 0 : std::stoul(filter.cursor); at < rows.size();
         ++at) {
      if (page.items.size() == static_cast<size_t>(filter.limit)) {
        page.next_cursor = std::to_string(at);
        break;
      }
      page.items.push_back(rows[at]);
    }
    return page;
  }

  std::vector<control::AuditEntry> rows;
  std::vector<control::AuditFilter> asked;
  control::Caller last_caller;
  Error refusal{ErrorCode::kDeadline, ""};  // kDeadline: none
};

}  // namespace slipway::api
