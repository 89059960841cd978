#include "engine/docker/container_stats.h"

namespace slipway::engine {
namespace {

// 0 where there is none.
int64_t number_at(const Json& stats, const char* pointer) {
  const Json::json_pointer place(pointer);
  if (!stats.is_object() || !stats.contains(place)) return 0;
  const Json& value = stats.at(place);
  return value.is_number_integer() ? value.get<int64_t>() : 0;
}

}  // namespace

int64_t without_idle_cache(int64_t memory, int64_t idle_cache) {
  return idle_cache < memory ? memory - idle_cache : memory;
}

std::optional<ContainerStats> read_container_stats(const Json& stats) {
  const int64_t memory = number_at(stats, "/memory_stats/usage");
  const int64_t cpu_time = number_at(stats, "/cpu_stats/cpu_usage/total_usage");
  if (memory <= 0 && cpu_time <= 0) return std::nullopt;
  // Version 1 of cgroups has both names; the one with "total_" counts the groups below, too.
  int64_t cache = number_at(stats, "/memory_stats/stats/total_inactive_file");
  if (cache == 0) cache = number_at(stats, "/memory_stats/stats/inactive_file");
  return ContainerStats{.cpu_time = std::chrono::nanoseconds(cpu_time),
                        .memory_bytes = without_idle_cache(memory, cache)};
}

}  // namespace slipway::engine
