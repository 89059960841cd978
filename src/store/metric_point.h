#pragma once
// What the history keeps of one series and one stretch of time, and its forms on disk. Every part
// is a sum (a gauge is kept as value times time), so that points of any stretches add up to that of
// the whole; docs/schema.md has the formats. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::store {

// Numbers on disk: only ever added to, at the end of the first group.
enum class Metric : uint8_t {
  kGood,           // predictions, or exchanges with a model, that ended below 400
  kRefused,        // with 4xx
  kFailed,         // with 5xx
  kOtherRequests,  // that were no predictions
  kReceivedBytes,
  kSentBytes,
  kInFlightMs,  // requests times milliseconds
  kFeedback,
  kRewards,          // a real number; the others are whole
  kNegativeRewards,  // likewise
  kClientRequests,
  kCpuMicros,
  kMemoryByteMs,  // bytes times milliseconds
  kSampledMs,     // that the resources of a replica are known for
  kRestarts,
  kCoveredMs,    // that somebody counted in
  kFirstBucket,  // of durations of predictions
  kEnd = kFirstBucket + 21
};
inline constexpr size_t kMetrics = static_cast<size_t>(Metric::kEnd);
inline constexpr size_t kDurationBuckets = 21;

struct MetricPoint {
  std::array<double, kMetrics> values{};

  double& operator[](Metric metric) { return values[static_cast<size_t>(metric)]; }
  double operator[](Metric metric) const { return values[static_cast<size_t>(metric)]; }
  double& bucket(size_t number) {
    return values.at(static_cast<size_t>(Metric::kFirstBucket) + number);
  }
  double bucket(size_t number) const {
    return values.at(static_cast<size_t>(Metric::kFirstBucket) + number);
  }
  MetricPoint& operator+=(const MetricPoint& other);
  bool operator==(const MetricPoint&) const = default;

  // Of a point about `total` of time: what falls into [begin, end) of it, 0 <= begin <= end <=
  // total. Parts without gap or overlap add up to the whole, to the last request.
  MetricPoint part(int64_t begin, int64_t end, int64_t total) const;
};

std::string encode_point(const MetricPoint& point);
// kInternal when damaged.
Result<MetricPoint> decode_point(std::string_view bytes);

// Points of consecutive slots, by columns: mostly zeros and small numbers.
std::string encode_points(std::span<const MetricPoint> points);
// Calls visit(slot, metric, value) for what is not zero. kInternal when damaged.
Result<void> visit_points(std::string_view bytes, size_t slots,
                          const std::function<void(size_t, Metric, double)>& visit);

}  // namespace slipway::store
