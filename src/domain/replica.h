#pragma once
// A running copy of a revision, as the planner sees it. The key is derived from ids alone, so that
// after a crash at any instant the same copy gets the same name again and an engine can tell
// "already there".

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace slipway::domain {

struct ReplicaKey {
  std::string deployment_id;
  int64_t revision = 0;
  int ordinal = 0;  // 0 .. replicas - 1
  auto operator<=>(const ReplicaKey&) const = default;
  // "<deployment>-r<revision>-<ordinal>": names containers, log files and replicas in the API.
  std::string id() const;
};
std::optional<ReplicaKey> parse_replica_id(std::string_view id);

// The life of one copy. Legal: starting -> ready -> unready -> ready ...; any -> exited;
// ready|unready -> draining -> (gone).
enum class ReplicaState {
  kStarting,  // created or running, never answered its probe yet
  kReady,     // answers its probe
  kUnready,   // answered once, does not now
  kDraining,  // no new requests; finishes what it has
  kExited     // its process ended
};
std::string_view to_string(ReplicaState state);
bool may_follow(ReplicaState from, ReplicaState to);

}  // namespace slipway::domain
