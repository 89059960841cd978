#pragma once
// What a gateway's report adds to the history of metrics. Pure.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "snapshot/traffic.h"
#include "store/metrics_history.h"

namespace slipway::control {

// When deployments were created, Unix, by id.
using CreatedMs = std::map<std::string, int64_t>;

// `end_ms`: when the report's period ended by our own clock, Unix. What a deployment was asked
// cannot have been before it was created, so one that is younger than the period has a shorter one:
// spread over all of it, part of the count would be filed before the deployment's beginning, where
// nobody looks. The first contribution is of the whole period.
std::vector<store::Contribution> contributions_of(const snapshot::TrafficReport& report,
                                                  int64_t end_ms, const CreatedMs& created_ms);

}  // namespace slipway::control
