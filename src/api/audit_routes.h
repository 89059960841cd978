#pragma once
// GET /api/v1/audit: who changed what, when and from where, as pages or, with format=ndjson, whole
// as a file with one row a line, which is sent as it is read.

#include "api/routes.h"
#include "base/json_fwd.h"
#include "control/audit_log.h"

namespace slipway::api {

// `audit` outlives the table.
void add_audit_routes(RouteTable& table, control::AuditLog& audit);

Json audit_json(const control::AuditEntry& entry);

}  // namespace slipway::api
