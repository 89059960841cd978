#pragma once
// /api/v1/webhooks: who is told what happens, and the log of what was told.

#include "api/routes.h"
#include "control/webhooks.h"

namespace slipway::api {

// `webhooks` outlives the table.
void add_webhook_routes(RouteTable& table, control::Webhooks& webhooks);

}  // namespace slipway::api
