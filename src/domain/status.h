#pragma once
// What a deployment's state is called and why (design.md §3). A status never lies: Deployed means
// that the wanted number of replicas of the newest revision answer their probe and every gateway
// routes to them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace slipway::domain {

enum class Phase { kDeploying, kDeployed, kStopping, kStopped, kFailed };
std::string_view to_string(Phase phase);  // "Deploying", ...
std::optional<Phase> parse_phase(std::string_view text);

// The replica that is in trouble, for people.
struct ReplicaTrouble {
  std::string replica;  // its id
  Timestamp since{};
  std::string cause;                  // "exits with code 1", "answers 500 on /health/status", ...
  std::vector<std::string> log_tail;  // its last lines
  bool operator==(const ReplicaTrouble&) const = default;
};

struct Status {
  Phase phase = Phase::kDeploying;
  std::string reason;      // one line: "2 of 2 replicas ready", "image 'x:1' does not exist: ..."
  int64_t generation = 0;  // the Deployment::generation that this status speaks about
  int64_t serving_revision = 0;  // the revision that answers predictions now; 0: none
  int ready_replicas = 0;        // of the newest revision
  int wanted_replicas = 0;
  Timestamp since{};  // when phase last changed
  std::optional<ReplicaTrouble> trouble;
  bool operator==(const Status&) const = default;
};

}  // namespace slipway::domain
