#pragma once
// What a container of this machine uses, read from the control group of its first process: far
// cheaper than asking the engine (which needs milliseconds for each), and true where the engine
// itself has no numbers. Any thread.
// Source: Documentation/admin-guide/cgroup-v1/{memory,cpuacct}.rst and cgroup-v2.rst of Linux.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string_view>

#include "engine/docker/container_stats.h"

namespace slipway::engine {

struct CgroupRoots {
  std::filesystem::path proc = "/proc";
  std::filesystem::path cgroups = "/sys/fs/cgroup";
};

// Empty when the process is not seen from here, or its group is not the one of `container_id`
// (another process has got the number), or the group tells nothing.
std::optional<ContainerStats> read_cgroup_use(pid_t pid, std::string_view container_id,
                                              const CgroupRoots& roots = {});

}  // namespace slipway::engine
