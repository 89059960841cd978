#include "planner/backoff.h"

#include <algorithm>

namespace slipway::planner {

std::chrono::milliseconds backoff_delay(int failures, uint64_t random) {
  // 2^9 * 200 ms is past kLongest already; a bounded shift keeps any count harmless.
  const int doublings = std::clamp(failures - 1, 0, 16);
  const auto step = std::min(Backoff::kFirst * (int64_t{1} << doublings),
                             std::chrono::milliseconds(Backoff::kLongest));
  const auto half = static_cast<uint64_t>(step.count() / 2);
  return std::chrono::milliseconds(half + random % (half + 1));
}

}  // namespace slipway::planner
