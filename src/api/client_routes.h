#pragma once
// /api/v1/deployments/{id}/clients: who may use a private endpoint. A token is in the answer that
// made it and in no other. Each handler decodes, calls one use case, encodes.

#include "api/routes.h"
#include "base/json_fwd.h"
#include "control/clients.h"

namespace slipway::api {

// `clients` outlives the table.
void add_client_routes(RouteTable& table, control::Clients& clients);

Json client_json(const control::ClientView& client);

}  // namespace slipway::api
