#pragma once
// /api/v1/deployments: list, create, get, patch, delete, start, stop, and what belongs to one of
// them: revisions and replicas. Each handler decodes, calls one use case, encodes.

#include <string>

#include "api/routes.h"
#include "control/deployments.h"
#include "control/list_news.h"

namespace slipway::api {

// `deployments` outlives the table. `public_url` begins the endpoints that are shown.
void add_deployment_routes(RouteTable& table, control::Deployments& deployments,
                           control::ListNews& news, const std::string& public_url);

}  // namespace slipway::api
