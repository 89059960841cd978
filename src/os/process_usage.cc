#include "os/process_usage.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "os/file.h"

namespace slipway::os {
namespace {

// The numbers of /proc/<pid>/stat by their place there, counted from 1 as in proc(5).
class StatNumbers {
 public:
  // The name, in parentheses, may hold anything: fields are counted from the last parenthesis.
  explicit StatNumbers(std::string_view text) {
    const size_t name_end = text.rfind(')');
    if (name_end == text.npos) return;
    text.remove_prefix(std::min(name_end + 2, text.size()));
    for (int64_t& field : fields_) {
      const size_t space = std::min(text.find(' '), text.size());
      std::from_chars(text.data(), text.data() + space, field);
      text.remove_prefix(std::min(space + 1, text.size()));
    }
  }
  int64_t at(size_t place) const { return fields_.at(place - kFirst); }

 private:
  static constexpr size_t kFirst = 3;
  std::array<int64_t, 24 - kFirst + 1> fields_{};
};

}  // namespace

Result<std::map<pid_t, ProcessUse>> use_by_process_group() {
  const int64_t tick = 1'000'000'000 / ::sysconf(_SC_CLK_TCK);
  const int64_t page = ::sysconf(_SC_PAGESIZE);
  std::map<pid_t, ProcessUse> groups;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().native();
    if (name.empty() || name.front() < '0' || name.front() > '9') continue;
    const auto text = read_file(entry->path() / "stat", 4096);
    if (!text) continue;  // it has just gone
    const StatNumbers stat(*text);
    ProcessUse& use = groups[static_cast<pid_t>(stat.at(5))];
    use.cpu_time +=
        std::chrono::nanoseconds((stat.at(14) + stat.at(15) + stat.at(16) + stat.at(17)) * tick);
    use.memory_bytes += stat.at(24) * page;
  }
  if (error) {
    return fail(ErrorCode::kUnavailable, "cannot list the processes in /proc: " + error.message());
  }
  return groups;
}

}  // namespace slipway::os
