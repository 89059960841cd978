#pragma once
// One line of a deployment's timeline: what happened, to which replica, why, and who did it. A
// plain value; the store numbers and keeps them, control writes them.

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace slipway::domain {

struct Event {
  int64_t sequence = 0;  // grows over all deployments; what a watcher resumes from
  std::string deployment_id;
  Timestamp time{};
  // "accepted", "pulled", "started", "ready", "routed", "failed", "stopped", "status", ...
  std::string kind;
  std::string replica;  // empty: the whole deployment
  std::string message;
  std::string actor;  // empty: Slipway itself
  bool operator==(const Event&) const = default;
};

}  // namespace slipway::domain
