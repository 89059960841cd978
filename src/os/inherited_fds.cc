#include "os/inherited_fds.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace slipway::os {

namespace {

constexpr int kFirst = 3;
constexpr int kMost = 1024;

Result<long> read_number(const char* variable, std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    return fail(ErrorCode::kInvalid, fmt::format("{}='{}' is not a number", variable, text));
  }
  return value;
}

}  // namespace

Result<std::vector<InheritedFd>> take_inherited_fds() {
  const auto take = [](const char* variable) {
    const char* value = std::getenv(variable);
    std::string text = value != nullptr ? value : "";
    unsetenv(variable);
    return text;
  };
  const std::string pid = take("LISTEN_PID");
  const std::string count_text = take("LISTEN_FDS");
  std::string names = take("LISTEN_FDNAMES");
  if (pid.empty() || count_text.empty()) return std::vector<InheritedFd>{};

  TRY_ASSIGN(const long for_pid, read_number("LISTEN_PID", pid));
  TRY_ASSIGN(const long count, read_number("LISTEN_FDS", count_text));
  if (for_pid != getpid()) return std::vector<InheritedFd>{};
  if (count > kMost) {
    return fail(ErrorCode::kInvalid, fmt::format("LISTEN_FDS={} is more than {}", count, kMost));
  }
  std::vector<InheritedFd> inherited;
  std::string_view rest = names;
  for (int fd = kFirst; fd < kFirst + static_cast<int>(count); ++fd) {
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
      return fail(
          errno_error(fmt::format("LISTEN_FDS={}, but descriptor {} is bad", count, fd), errno));
    }
    const size_t colon = rest.find(':');
    std::string name(rest.substr(0, colon));
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
    inherited.push_back({UniqueFd(fd), name.empty() ? "unknown" : std::move(name)});
  }
  return inherited;
}

}  // namespace slipway::os
