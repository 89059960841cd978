#pragma once
// What a group uses of its quota. A value; see Quota in group.h for what is counted.

#include <cstdint>

namespace slipway::domain {

struct Usage {
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  int64_t gpus = 0;
  int64_t deployments = 0;  // those that shall run
  bool operator==(const Usage&) const = default;
};

}  // namespace slipway::domain
