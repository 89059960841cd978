#pragma once
// GET /api/v1/system: how the installation is, for platform admins.

#include <string>

#include "api/routes.h"
#include "control/system_report.h"

namespace slipway::api {

// `system` outlives the table; `version` is control's own.
void add_system_routes(RouteTable& table, control::System& system, std::string version);

}  // namespace slipway::api
