#pragma once
// /api/v1/deployments/{id}/logs and …/replicas/{replica}/logs: stored log lines as text, one JSON
// object a line, or compressed; the newest, those of a time or with a pattern, all as a download,
// or followed until the deployment is gone or the reader goes away. Memory does not grow with the
// log.

#include "api/routes.h"
#include "control/deployments.h"

namespace slipway::api {

// `deployments` outlives the table.
void add_log_routes(RouteTable& table, control::Deployments& deployments);

}  // namespace slipway::api
