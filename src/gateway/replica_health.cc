#include "gateway/replica_health.h"

#include <algorithm>
#include <array>

namespace slipway::gateway {
namespace {

// Ejections beyond this last as long as the longest.
constexpr uint8_t kMostDoublings = 5;
static_assert(ReplicaHealth::kFirstEjection * (1 << kMostDoublings) >=
              ReplicaHealth::kLongestEjection);

}  // namespace

std::string_view to_string(Fault fault) {
  static constexpr std::array<std::string_view, kFaults> kNames = {"connect", "lost", "bad_reply",
                                                                   "timeout"};
  return kNames[static_cast<size_t>(fault)];
}

Standing ReplicaHealth::begin_on_ejected(Monotonic now) {
  if (avoided(now)) return Standing::kLastResort;
  on_trial_ = true;
  avoided_until_ = Monotonic::max();
  return Standing::kTrial;
}

void ReplicaHealth::answered() {
  if (good()) return;
  on_trial_ = false;
  avoided_until_ = {};
  faults_ = kFaultsInRow - 1;
}

bool ReplicaHealth::failed(Standing standing, Fault fault, Monotonic now, QuickRandom& random) {
  const bool was_trial = standing == Standing::kTrial && on_trial_;
  if (!was_trial) {
    // Ejected already: this began before, or for want of anything better, and says nothing new.
    if (!good()) return false;
    if (fault != Fault::kConnect && ++faults_ < kFaultsInRow) return false;
  }
  eject(now, random);
  return true;
}

void ReplicaHealth::undecided(Standing standing) {
  if (standing != Standing::kTrial || !on_trial_) return;
  on_trial_ = false;
  avoided_until_ = Monotonic(Monotonic::duration(1));
}

void ReplicaHealth::eject(Monotonic now, QuickRandom& random) {
  on_trial_ = false;
  faults_ = 0;
  const auto longest =
      std::min<std::chrono::milliseconds>(kFirstEjection * (1 << ejections_), kLongestEjection);
  if (ejections_ < kMostDoublings) ++ejections_;
  // A quarter of it is left to chance, so that workers and gateways do not all try at once.
  const auto chance = static_cast<uint32_t>(longest.count() / 4);
  avoided_until_ = now + longest - std::chrono::milliseconds(random.below(chance + 1));
}

}  // namespace slipway::gateway
