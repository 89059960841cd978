#pragma once
// The size of one replica, and of what a group may use. Values; the store keeps them.

#include <cstdint>
#include <string>

namespace slipway::domain {

struct InstanceType {
  std::string name;  // immutable: "cpu-1"
  std::string display_name;
  std::string description;
  int64_t cpu_millis = 0;  // 1000 = one core
  int64_t memory_bytes = 0;
  int gpus = 0;
  bool operator==(const InstanceType&) const = default;
};

struct Group {
  std::string name;  // immutable
  std::string display_name;
  bool operator==(const Group&) const = default;
};

}  // namespace slipway::domain
