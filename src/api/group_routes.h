#pragma once
// /api/v1/groups and their members.

#include "api/routes.h"
#include "control/groups.h"

namespace slipway::api {

// `groups` outlives the table.
void add_group_routes(RouteTable& table, control::Groups& groups);

}  // namespace slipway::api
