#pragma once
// What a gateway's report adds to the history of metrics. Pure.

#include <cstdint>

#include "snapshot/traffic.h"
#include "store/metrics_history.h"

namespace slipway::control {

// `end_ms`: when its period ended by our own clock, Unix.
store::Contribution contribution_of(const snapshot::TrafficReport& report, int64_t end_ms);

}  // namespace slipway::control
