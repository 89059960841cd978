#pragma once
// What the gateways are told about one deployment. Pure.

#include <optional>
#include <vector>

#include "domain/deployment.h"
#include "domain/status.h"
#include "engine/workload_engine.h"
#include "snapshot/snapshot.h"

namespace slipway::control {

// None for a deleted one: its URL is gone. `observed` may be null; `status` gives the reason for a
// 503. `clients` reach the gateways only while the endpoint is private.
std::optional<snapshot::Route> route_of(const domain::Deployment& deployment,
                                        const domain::Spec& spec,
                                        const std::vector<snapshot::Client>& clients,
                                        const engine::ObservedWorkload* observed,
                                        const domain::Status& status);

// Only who may use it: that holds also while nobody can say what runs.
void set_access(snapshot::Route& route, const domain::Spec& spec,
                const std::vector<snapshot::Client>& clients);

}  // namespace slipway::control
