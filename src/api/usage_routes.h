#pragma once
// GET /api/v1/usage: what ran how long, and how much clients asked, as JSON or as a CSV file.

#include "api/routes.h"
#include "control/usage_report.h"

namespace slipway::api {

// `usage` outlives the table.
void add_usage_routes(RouteTable& table, control::UsageReport& usage);

}  // namespace slipway::api
