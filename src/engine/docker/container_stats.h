#pragma once
// What a container uses, and GET /containers/{id}/stats as that. Pure; any thread.
// Source: https://docs.docker.com/engine/api/v1.41/#operation/ContainerStats

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/json.h"

namespace slipway::engine {

struct ContainerStats {
  std::chrono::nanoseconds cpu_time{0};
  // Without the page cache that was not used lately, as `docker stats` shows it: that the kernel
  // takes back when somebody wants memory.
  int64_t memory_bytes = 0;
  bool operator==(const ContainerStats&) const = default;
};

// A cache that is said to be larger than all is not believed.
int64_t without_idle_cache(int64_t memory, int64_t idle_cache);

// Empty when the engine has no numbers: the container has just ended, or the engine cannot read its
// control group.
std::optional<ContainerStats> read_container_stats(const Json& stats);

}  // namespace slipway::engine
