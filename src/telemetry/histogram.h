#pragma once
// Request durations in fixed buckets, written by one thread and read by any (see counter.h).
//
// The bounds are Seldon's executor's (5 ms … 10 s) with finer ones in front, because a gateway is
// faster than that, and coarser ones behind, because a model may be slower; `le` stays compatible
// with dashboards made for Seldon.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "telemetry/counter.h"

namespace slipway::telemetry {

// Upper bounds in microseconds; one more bucket is everything above (+Inf).
inline constexpr std::array<uint64_t, 20> kDurationBounds = {
    500,       1'000,     2'500,      5'000,      10'000,     25'000,     50'000,
    75'000,    100'000,   250'000,    500'000,    750'000,    1'000'000,  2'500'000,
    5'000'000, 7'500'000, 10'000'000, 30'000'000, 60'000'000, 300'000'000};

// A sum of histograms at one moment; a plain value.
struct HistogramTotals {
  std::array<uint64_t, kDurationBounds.size() + 1> buckets{};  // not cumulative
  uint64_t sum_microseconds = 0;

  uint64_t count() const;
  // What came since an earlier moment of the same histograms.
  HistogramTotals since(const HistogramTotals& earlier) const;
  bool operator==(const HistogramTotals&) const = default;
};

class Histogram {
 public:
  // A negative duration counts as zero.
  void observe(std::chrono::microseconds duration);
  // Adds what is here to `totals`. Buckets and sum are read one by one: while the writer is busy
  // they may differ by the requests of that instant.
  void add_to(HistogramTotals& totals) const;

 private:
  std::array<Counter, kDurationBounds.size() + 1> buckets_;
  Counter sum_;
};

}  // namespace slipway::telemetry
