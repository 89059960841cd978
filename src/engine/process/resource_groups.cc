#include "engine/process/resource_groups.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

namespace slipway::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRoot = "/sys/fs/cgroup";
constexpr int64_t kPeriodMicros = 100'000;

bool write_value(const fs::path& file, const std::string& value) {
  std::ofstream out(file);
  out << value;
  out.flush();
  return static_cast<bool>(out);
}

bool make_group(const fs::path& path) {
  std::error_code error;
  fs::create_directory(path, error);
  return fs::is_directory(path, error) && ::access((path / "cgroup.procs").c_str(), W_OK) == 0;
}

// Our own group in each version 1 hierarchy: replicas go below it, under limits that bind us too.
std::map<std::string, std::string> own_groups() {
  std::map<std::string, std::string> groups;
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::istringstream names(line.substr(first + 1, second - first - 1));
    for (std::string name; std::getline(names, name, ',');) groups[name] = line.substr(second + 1);
  }
  return groups;
}

std::vector<pid_t> members_of(const fs::path& group) {
  std::vector<pid_t> members;
  std::ifstream file(group / "cgroup.procs");
  for (pid_t pid = 0; file >> pid;) members.push_back(pid);
  return members;
}

}  // namespace

ResourceGroups ResourceGroups::probe(const std::string& installation) {
  ResourceGroups groups;
  const std::string name = "slipway-" + installation.substr(0, 8);
  std::error_code error;
  if (fs::exists(fs::path(kRoot) / "cgroup.controllers", error)) {
    const fs::path base = fs::path(kRoot) / name;
    const std::string wanted = "+memory +pids +cpu";
    write_value(fs::path(kRoot) / "cgroup.subtree_control", wanted);
    if (make_group(base) && write_value(base / "cgroup.subtree_control", wanted)) {
      groups.bases_.push_back({base, ""});
      groups.complete_ = true;
    }
    return groups;
  }
  const auto own = own_groups();
  for (const char* controller : {"memory", "pids", "cpu"}) {
    const auto it = own.find(controller);
    if (it == own.end()) continue;
    fs::path parent = fs::path(kRoot) / controller;
    if (it->second.size() > 1 && fs::is_directory(parent / it->second.substr(1), error)) {
      parent /= it->second.substr(1);
    }
    const fs::path base = parent / name;
    if (make_group(base)) groups.bases_.push_back({base, controller});
  }
  groups.complete_ = groups.bases_.size() == 3;
  return groups;
}

std::vector<fs::path> ResourceGroups::create(const std::string& replica_id,
                                             const ResourceLimits& limits) const {
  std::vector<fs::path> made;
  for (const Base& base : bases_) {
    const fs::path group = base.path / replica_id;
    if (!make_group(group)) continue;
    const bool all = base.controller.empty();
    const std::string quota = std::to_string(limits.cpu_millis * kPeriodMicros / 1000);
    const std::string memory = std::to_string(limits.memory_bytes);
    if (limits.memory_bytes > 0 && all) {
      write_value(group / "memory.max", memory);
      write_value(group / "memory.swap.max", "0");
    } else if (limits.memory_bytes > 0 && base.controller == "memory") {
      write_value(group / "memory.limit_in_bytes", memory);
      write_value(group / "memory.memsw.limit_in_bytes", memory);
    }
    if (limits.pids > 0 && (all || base.controller == "pids")) {
      write_value(group / "pids.max", std::to_string(limits.pids));
    }
    if (limits.cpu_millis > 0 && all) {
      write_value(group / "cpu.max", fmt::format("{} {}", quota, kPeriodMicros));
    } else if (limits.cpu_millis > 0 && base.controller == "cpu") {
      write_value(group / "cpu.cfs_period_us", std::to_string(kPeriodMicros));
      write_value(group / "cpu.cfs_quota_us", quota);
    }
    made.push_back(group);
  }
  return made;
}

void ResourceGroups::remove(const std::string& replica_id) const {
  for (const Base& base : bases_) {
    const fs::path group = base.path / replica_id;
    // A killed process leaves the group only when it is reaped, which init does for orphans.
    for (int attempt = 0; attempt < 100 && ::rmdir(group.c_str()) != 0 && errno == EBUSY;
         ++attempt) {
      for (const pid_t pid : members_of(group)) ::kill(pid, SIGKILL);
      ::usleep(10'000);
    }
  }
}

void ResourceGroups::remove_all() const {
  for (const Base& base : bases_) ::rmdir(base.path.c_str());
}

bool join_resource_group(const fs::path& group) {
  return write_value(group / "cgroup.procs", std::to_string(::getpid()));
}

bool ran_out_of_memory(const std::vector<fs::path>& groups) {
  for (const fs::path& group : groups) {
    for (const char* name : {"memory.oom_control", "memory.events"}) {
      std::ifstream file(group / name);
      std::string key;
      for (int64_t value = 0; file >> key >> value;) {
        if (key == "oom_kill" && value > 0) return true;
      }
    }
  }
  return false;
}

}  // namespace slipway::engine
