#include "planner/surge.h"

#include <algorithm>

namespace slipway::planner {
namespace {

int64_t fitting(int64_t whole, int64_t used, int64_t one) {
  if (one <= 0) return kMostSurge;
  return std::max<int64_t>(0, (whole - used) / one);
}

}  // namespace

Resources size_of(const domain::InstanceType& type) {
  return {.cpu_millis = type.cpu_millis, .memory_bytes = type.memory_bytes};
}

Resources sum(const std::vector<Resources>& placed) {
  Resources total;
  for (const Resources& one : placed) {
    total.cpu_millis += one.cpu_millis;
    total.memory_bytes += one.memory_bytes;
  }
  return total;
}

int surge_room(const Resources& node, const Resources& placed, const Resources& one) {
  const int64_t by_cpu = fitting(node.cpu_millis * kCpuPromises, placed.cpu_millis, one.cpu_millis);
  const int64_t by_memory = fitting(node.memory_bytes, placed.memory_bytes, one.memory_bytes);
  return static_cast<int>(std::min({by_cpu, by_memory, int64_t{kMostSurge}}));
}

}  // namespace slipway::planner
