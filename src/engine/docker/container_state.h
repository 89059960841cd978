#pragma once
// What the Docker API says about a container, as an ObservedReplica. Pure functions of values; any
// thread. Tolerant of what the two engines spell differently, never of what is missing.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

// A row of GET /containers/json: enough to see whether anything changed.
struct ContainerRow {
  std::string id;
  domain::ReplicaKey key;
  RunState state = RunState::kCreated;
  std::string state_text;  // the engine's own word
  std::string address;     // on `network`; may be empty where an engine does not tell it here
};

// "running", "exited", …: unknown words count as running, so that nothing is thrown away unseen.
RunState read_run_state(std::string_view word);

// Empty for a container that is not of `installation`.
std::optional<ContainerRow> read_container_row(const Json& row, std::string_view installation,
                                               std::string_view network);

// Whether the engine tells who ended a container with SIGKILL. On cgroup version 1 it often misses
// the kernel's word about memory, so there a kill under a memory limit is presumed to be one for
// memory, and `detail` says that it is presumed.
enum class OutOfMemoryReport { kTold, kPresumedFromKill };

// GET /containers/{id}/json. Empty for a container that is not of `installation`.
std::optional<ObservedReplica> read_container(const Json& inspection, std::string_view installation,
                                              std::string_view network,
                                              OutOfMemoryReport report = OutOfMemoryReport::kTold);

// State.Pid of the same; 0 when it does not run.
pid_t read_first_process(const Json& inspection);

}  // namespace slipway::engine
