#pragma once
// The gateways' side of the API, on the internal socket only: the long poll for the next snapshot
// (snapshot/ack.h describes it), and the reports of what clients used (snapshot/usage.h).

#include "api/routes.h"
#include "control/clients.h"
#include "control/gateway_feed.h"

namespace slipway::api {

// `feed` and `clients` outlive the table.
void add_feed_routes(RouteTable& table, control::GatewayFeed& feed, control::Clients& clients);

}  // namespace slipway::api
