#pragma once
// The gateways' side of the API, on the internal socket only: the long poll for the next snapshot
// (snapshot/ack.h describes it) and an acknowledgement between two polls.

#include "api/routes.h"
#include "control/gateway_feed.h"

namespace slipway::api {

// `feed` outlives the table.
void add_feed_routes(RouteTable& table, control::GatewayFeed& feed);

}  // namespace slipway::api
