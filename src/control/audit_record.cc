#include "control/audit_record.h"

#include "store/audit.h"

namespace slipway::control {

Result<void> record_change(store::WriteTransaction& tx, const Caller& caller, Timestamp now,
                           const AuditedChange& change) {
  return store::audit::append(tx, {.time = now,
                                   .actor = caller.user,
                                   .source = caller.source_address,
                                   .action = change.action,
                                   .object = change.object,
                                   .detail = change.detail,
                                   .group = change.group,
                                   .before = change.before,
                                   .after = change.after});
}

}  // namespace slipway::control
