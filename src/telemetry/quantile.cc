#include "telemetry/quantile.h"

#include <algorithm>
#include <numeric>

namespace slipway::telemetry {

std::optional<double> quantile(double q, const BucketCounts& counts) {
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (!(all > 0)) return std::nullopt;
  const double rank = std::clamp(q, 0.0, 1.0) * all;
  double below = 0;
  size_t bucket = 0;
  while (bucket < kDurationBounds.size() && below + counts[bucket] < rank) {
    below += counts[bucket++];
  }
  constexpr double kMicros = 1e6;
  if (bucket == kDurationBounds.size()) {
    return static_cast<double>(kDurationBounds.back()) / kMicros;
  }
  const double begin = bucket == 0 ? 0 : static_cast<double>(kDurationBounds[bucket - 1]) / kMicros;
  const double end = static_cast<double>(kDurationBounds[bucket]) / kMicros;
  // An empty bucket is reached by rank 0 only.
  if (!(counts[bucket] > 0)) return begin;
  return begin + (end - begin) * ((rank - below) / counts[bucket]);
}

}  // namespace slipway::telemetry
