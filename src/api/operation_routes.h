#pragma once
// /healthz, /readyz, /version, /metrics: for those who run Slipway. /healthz says that this process
// answers; /readyz asks every part that it needs, by name; /metrics needs a token, because its
// labels name deployments.

#include <functional>
#include <string>
#include <vector>

#include "api/routes.h"
#include "base/result.h"
#include "telemetry/scrape.h"

namespace slipway::api {

struct ReadinessCheck {
  std::string part;  // "store", "engine"
  std::function<Result<void>()> check;
};

struct OperationParts {
  std::string version;  // "0.1.0"
  std::vector<ReadinessCheck> readiness;
  std::vector<const telemetry::MetricSource*> metrics;  // outlive the table
  // Where gateways show theirs, "127.0.0.1:9101"; none: there are no gateways to ask about.
  std::function<std::vector<std::string>()> gateway_metrics = {};
  std::string public_url = {};  // of control's own
};

void add_operation_routes(RouteTable& table, OperationParts parts);

}  // namespace slipway::api
