#include "engine/docker/cgroup_use.h"

#include <fstream>
#include <string>
#include <system_error>

namespace slipway::engine {
namespace {

namespace fs = std::filesystem;

std::optional<int64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  int64_t value = 0;
  if (!(in >> value)) return std::nullopt;
  return value;
}

// Of a file of "<name> <number>" lines; 0 where it has no such name.
int64_t number_named(const fs::path& file, std::string_view name) {
  std::ifstream in(file);
  std::string key;
  for (int64_t value = 0; in >> key >> value;) {
    if (key == name) return value;
  }
  return 0;
}

// The group in the hierarchy of `controller`; "" is version 2's.
std::string group_of(const fs::path& list, std::string_view controller) {
  std::ifstream in(list);
  for (std::string line; std::getline(in, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool is_it = controller.empty() ? controllers == ",,"
                                          : controllers.find("," + std::string(controller) + ",") !=
                                                std::string::npos;
    if (is_it) return line.substr(second + 1);
  }
  return {};
}

}  // namespace

std::optional<ContainerStats> read_cgroup_use(pid_t pid, std::string_view container_id,
                                              const CgroupRoots& roots) {
  const fs::path list = roots.proc / std::to_string(pid) / "cgroup";
  std::error_code error;
  const bool is_version_2 = fs::exists(roots.cgroups / "cgroup.controllers", error);
  const std::string memory_group = group_of(list, is_version_2 ? "" : "memory");
  const std::string cpu_group = is_version_2 ? memory_group : group_of(list, "cpuacct");
  for (const std::string& group : {memory_group, cpu_group}) {
    if (group.size() < 2 || group.find(container_id) == std::string::npos) return std::nullopt;
  }
  std::optional<int64_t> memory;
  int64_t idle_cache = 0;
  std::optional<int64_t> cpu_nanoseconds;
  if (is_version_2) {
    const fs::path group = roots.cgroups / memory_group.substr(1);
    memory = number_in(group / "memory.current");
    idle_cache = number_named(group / "memory.stat", "inactive_file");
    if (fs::exists(group / "cpu.stat", error)) {
      cpu_nanoseconds = number_named(group / "cpu.stat", "usage_usec") * 1000;
    }
  } else {
    const fs::path memory_folder = roots.cgroups / "memory" / memory_group.substr(1);
    memory = number_in(memory_folder / "memory.usage_in_bytes");
    idle_cache = number_named(memory_folder / "memory.stat", "total_inactive_file");
    cpu_nanoseconds = number_in(roots.cgroups / "cpuacct" / cpu_group.substr(1) / "cpuacct.usage");
  }
  if (!memory || !cpu_nanoseconds) return std::nullopt;
  return ContainerStats{.cpu_time = std::chrono::nanoseconds(*cpu_nanoseconds),
                        .memory_bytes = without_idle_cache(*memory, idle_cache)};
}

}  // namespace slipway::engine
