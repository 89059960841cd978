#pragma once
// /api/v1/deployments/{id}/metrics and /api/v1/metrics/deployments: the history of metrics, as
// columns of numbers.

#include "api/routes.h"
#include "control/metrics.h"

namespace slipway::api {

// `metrics` outlives the table.
void add_metrics_routes(RouteTable& table, control::Metrics& metrics);

}  // namespace slipway::api
