#pragma once
// The gateways' side of the API, on the internal socket only: the long poll for the next snapshot
// (snapshot/ack.h describes it), and the reports of what was counted (snapshot/traffic.h).

#include "api/routes.h"
#include "control/gateway_feed.h"
#include "control/traffic.h"

namespace slipway::api {

// `feed` and `traffic` outlive the table.
void add_feed_routes(RouteTable& table, control::GatewayFeed& feed, control::Traffic& traffic);

}  // namespace slipway::api
