#include "gateway/balancer.h"

namespace slipway::gateway {
namespace {

constexpr uint64_t kEjectedPenalty = uint64_t{1} << 32;
constexpr uint64_t kAvoidPenalty = uint64_t{1} << 33;

uint64_t load_of(const Upstream& replica, const BalancerInput& input) {
  uint64_t load = replica.in_flight;
  if (replica.health.avoided(input.now)) load += kEjectedPenalty;
  if (&replica == input.avoid) load += kAvoidPenalty;
  return load;
}

bool full(const Upstream& replica, const BalancerInput& input) {
  return input.concurrency != 0 && replica.in_flight >= input.concurrency;
}

// The rare case: both choices were no good, so look at all; from a random one on, so that where
// all are ejected each is tried.
Upstream* least_loaded(const BalancerInput& input, size_t from) {
  Upstream* best = nullptr;
  const size_t count = input.replicas.size();
  for (size_t i = 0; i < count; ++i) {
    Upstream* replica = input.replicas[(from + i) % count];
    if (full(*replica, input)) continue;
    if (best == nullptr || load_of(*replica, input) < load_of(*best, input)) best = replica;
  }
  return best;
}

}  // namespace

Upstream* pick_replica(const BalancerInput& input, QuickRandom& random) {
  const auto count = static_cast<uint32_t>(input.replicas.size());
  if (count == 0) return nullptr;
  if (count == 1) return full(*input.replicas[0], input) ? nullptr : input.replicas[0];
  const uint32_t first = random.below(count);
  uint32_t second = random.below(count - 1);
  if (second >= first) ++second;
  Upstream* a = input.replicas[first];
  Upstream* b = input.replicas[second];
  Upstream* better = load_of(*b, input) < load_of(*a, input) ? b : a;
  if (full(*better, input) || load_of(*better, input) >= kEjectedPenalty) {
    return least_loaded(input, first);
  }
  return better;
}

}  // namespace slipway::gateway
