#pragma once
// How long to wait before a replica that ended, or could not be started, is tried again: doubling
// from kFirst to kLongest, with jitter so that many replicas of one broken image do not come back
// at the same instant. Pure; the caller owns the count of attempts and the randomness.

#include <chrono>
#include <cstdint>

namespace slipway::planner {

struct Backoff {
  // Short enough that a single crash is hardly felt.
  static constexpr std::chrono::milliseconds kFirst{200};
  // Long enough that an image that can never work costs the machine next to nothing.
  static constexpr std::chrono::milliseconds kLongest{60'000};
  // A replica that was ready for so long has recovered: its next failure counts as its first.
  static constexpr std::chrono::seconds kForgivenAfter{60};
};

// Before attempt `failures` + 1; failures >= 1. Between half of the step and all of it, chosen by
// `random` (any 64 bits).
std::chrono::milliseconds backoff_delay(int failures, uint64_t random);

}  // namespace slipway::planner
