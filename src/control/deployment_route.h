#pragma once
// What the gateways are told about one deployment. Pure.

#include <optional>

#include "domain/deployment.h"
#include "domain/status.h"
#include "engine/workload_engine.h"
#include "snapshot/snapshot.h"

namespace slipway::control {

// None for a deleted one: its URL is gone. `observed` may be null; `status` gives the reason for a
// 503.
std::optional<snapshot::Route> route_of(const domain::Deployment& deployment,
                                        const domain::Spec& spec,
                                        const engine::ObservedWorkload* observed,
                                        const domain::Status& status);

}  // namespace slipway::control
