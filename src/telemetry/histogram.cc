#include "telemetry/histogram.h"

#include <algorithm>
#include <numeric>

namespace slipway::telemetry {

uint64_t HistogramTotals::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), uint64_t{0});
}

HistogramTotals HistogramTotals::since(const HistogramTotals& earlier) const {
  HistogramTotals out = *this;
  for (size_t i = 0; i < buckets.size(); ++i) out.buckets[i] -= earlier.buckets[i];
  out.sum_microseconds -= earlier.sum_microseconds;
  return out;
}

void Histogram::observe(std::chrono::microseconds duration) {
  const uint64_t micros = duration.count() < 0 ? 0 : static_cast<uint64_t>(duration.count());
  // Most requests end in the first buckets, where a linear walk beats a binary search.
  size_t bucket = 0;
  while (bucket < kDurationBounds.size() && micros > kDurationBounds[bucket]) ++bucket;
  buckets_[bucket].add();
  sum_.add(micros);
}

void Histogram::add_to(HistogramTotals& totals) const {
  for (size_t i = 0; i < buckets_.size(); ++i) totals.buckets[i] += buckets_[i].value();
  totals.sum_microseconds += sum_.value();
}

}  // namespace slipway::telemetry
