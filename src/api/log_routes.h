#pragma once
// /api/v1/deployments/{id}/replicas/{replica}/logs: a replica's log lines as text/plain or, with
// format=ndjson, one JSON object a line; whole, the newest `tail`, or followed until the replica
// ends or the reader goes away.

#include "api/routes.h"
#include "control/deployments.h"

namespace slipway::api {

// `deployments` outlives the table.
void add_log_routes(RouteTable& table, control::Deployments& deployments);

}  // namespace slipway::api
