#pragma once
// /api/v1/instance-types: the sizes that a replica may have.

#include "api/routes.h"
#include "control/instance_types.h"

namespace slipway::api {

// `instance_types` outlives the table.
void add_instance_type_routes(RouteTable& table, control::InstanceTypes& instance_types);

}  // namespace slipway::api
