#include "process_view.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

namespace slipway::engine {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Path of the process's cgroup by controller; "" is the unified hierarchy.
std::map<std::string, std::string> cgroups_of(pid_t pid) {
  std::map<std::string, std::string> paths;
  std::istringstream lines(content_of(fmt::format("/proc/{}/cgroup", pid)));
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::istringstream names(line.substr(first + 1, second - first - 1));
    const std::string path = line.substr(second + 1);
    bool any = false;
    for (std::string name; std::getline(names, name, ',');) {
      paths[name] = path;
      any = true;
    }
    if (!any) paths[""] = path;
  }
  return paths;
}

int64_t number_in(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

}  // namespace

std::optional<std::string> environment_of_process(pid_t pid, const std::string& name) {
  const std::string all = content_of(fmt::format("/proc/{}/environ", pid));
  size_t from = 0;
  while (from < all.size()) {
    const size_t end = std::min(all.find('\0', from), all.size());
    const std::string entry = all.substr(from, end - from);
    if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
    from = end + 1;
  }
  return std::nullopt;
}

bool write_lines_as_process(pid_t pid, int count) {
  const int fd = ::open(fmt::format("/proc/{}/fd/1", pid).c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool good = true;
  for (int i = 1; i <= count; ++i) {
    const std::string line = fmt::format("line {}\n", i);
    good = good && ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  }
  ::close(fd);
  return good;
}

EngineUnderTest::Limits cgroup_limits_of_process(pid_t pid) {
  EngineUnderTest::Limits limits;
  const auto paths = cgroups_of(pid);
  if (const auto memory = paths.find("memory"); memory != paths.end()) {
    const std::string root = "/sys/fs/cgroup/";
    limits.memory_bytes =
        number_in(content_of(root + "memory" + memory->second + "/memory.limit_in_bytes"));
    limits.pids = number_in(content_of(root + "pids" + paths.at("pids") + "/pids.max"));
    const std::string cpu = root + "cpu" + paths.at("cpu");
    const int64_t period = number_in(content_of(cpu + "/cpu.cfs_period_us"));
    const int64_t quota = number_in(content_of(cpu + "/cpu.cfs_quota_us"));
    if (period > 0 && quota > 0) limits.cpu_millis = quota * 1000 / period;
    return limits;
  }
  if (const auto unified = paths.find(""); unified != paths.end()) {
    const std::string root = "/sys/fs/cgroup" + unified->second;
    limits.memory_bytes = number_in(content_of(root + "/memory.max"));
    limits.pids = number_in(content_of(root + "/pids.max"));
    std::istringstream cpu(content_of(root + "/cpu.max"));
    int64_t quota = 0;
    int64_t period = 0;
    if (cpu >> quota >> period && period > 0) limits.cpu_millis = quota * 1000 / period;
  }
  return limits;
}

}  // namespace slipway::engine
