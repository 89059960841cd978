#pragma once
// /api/v1/deployments/{id}/events: the timeline of a deployment as a list or, with watch=1, as
// server-sent events that a reader resumes with Last-Event-ID (or ?after=). A watch tells:
//   (no event name)  one entry of the timeline; its id is the entry's sequence
//   event: status    the status whenever it differs from the one told before, at first at once
//   event: deleted   the deployment is gone; the stream ends
// Comment lines keep the connection alive.

#include "api/routes.h"
#include "control/deployments.h"

namespace slipway::api {

// `deployments` outlives the table.
void add_event_routes(RouteTable& table, control::Deployments& deployments);

}  // namespace slipway::api
