#pragma once
// Why a replica is not well, in words for its owner: pure functions of what the engine and the
// probes say. Meant to be read after the replica's name.

#include <string>
#include <vector>

#include "engine/replica_engine.h"

namespace slipway::control {

// Lines of its log that go with a trouble.
inline constexpr int kTroubleLogLines = 20;

// "exits with code 1: <its last words>", "was killed: out of memory (limit 1 GiB)". `replica` has
// ended; `memory_bytes` is its limit, 0 when unknown.
std::string cause_of_exit(const engine::ObservedReplica& replica, int64_t memory_bytes,
                          const std::vector<engine::LogLine>& log);

std::vector<std::string> texts_of(const std::vector<engine::LogLine>& log);

}  // namespace slipway::control
