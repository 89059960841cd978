#pragma once
// Quantiles of a histogram by the rules of Prometheus' histogram_quantile(), so that our numbers
// and those of a board agree. Pure.

#include <array>
#include <optional>

#include "telemetry/histogram.h"

namespace slipway::telemetry {

// Counts in the buckets of kDurationBounds and above, not cumulative; parts of one are fine.
using BucketCounts = std::array<double, kDurationBounds.size() + 1>;

// Seconds. `q` is clamped to 0 … 1. None when nothing was counted. Within a bucket observations
// count as spread evenly, in the lowest one from 0; above the last bound the answer is that bound.
std::optional<double> quantile(double q, const BucketCounts& counts);

}  // namespace slipway::telemetry
