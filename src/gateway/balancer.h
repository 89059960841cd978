#pragma once
// Which replica gets the next request: two different ones at random, then the less loaded (power of
// two choices). Load is what this worker has in flight on a replica; workers do not share counts,
// which two choices forgive. One that is ejected (replica_health.h) loses against any that is not;
// where all are, or the others are full, it is taken all the same: a request is never refused
// because of an ejection. Pure but for the generator that is handed in.

#include <cstdint>
#include <span>

#include "base/clock.h"
#include "gateway/upstream.h"
#include "gateway/worker_random.h"

namespace slipway::gateway {

struct BalancerInput {
  std::span<Upstream* const> replicas;
  uint32_t concurrency = 0;         // most requests in flight per replica and worker; 0: no limit
  const Upstream* avoid = nullptr;  // the one that has just failed; taken only when alone
  Monotonic now{};                  // earlier: ejections last longer for this request
};

// Null when there is no replica below the limit.
Upstream* pick_replica(const BalancerInput& input, QuickRandom& random);

}  // namespace slipway::gateway
