#pragma once
// The size of one replica. A value; the store keeps it.

#include <cstdint>
#include <string>

namespace slipway::domain {

struct InstanceType {
  std::string name;  // immutable: "cpu-1"
  std::string display_name = {};
  std::string description = {};
  int64_t cpu_millis = 0;  // 1000 = one core
  int64_t memory_bytes = 0;
  int gpus = 0;
  std::string gpu_resource = {};  // which kind, when there are several: "nvidia.com/gpu"; "": any
  bool global = true;             // every group may use it; otherwise the groups that name it
  int64_t generation = 1;         // counts changes: the ETag
  bool operator==(const InstanceType&) const = default;
};

}  // namespace slipway::domain
