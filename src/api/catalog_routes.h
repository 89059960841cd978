#pragma once
// /api/v1/groups and /api/v1/instance-types: what a caller may choose from.

#include "api/routes.h"
#include "control/deployments.h"

namespace slipway::api {

// `deployments` outlives the table.
void add_catalog_routes(RouteTable& table, control::Deployments& deployments);

}  // namespace slipway::api
