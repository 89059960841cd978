#include "run_upgrade.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "os/fd.h"

namespace slipway::app {
namespace {

Result<os::UniqueFd> connect(const Settings& settings) {
  const std::string path = upgrade_socket(settings);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(ErrorCode::kInvalid, fmt::format("the path {} is too long for a socket", path));
  }
  path.copy(address.sun_path, path.size());
  os::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fail(errno_error("cannot make a socket", errno));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return fd;
  }
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no slipwayd runs on the state directory {} that could be upgraded; "
                            "name another one with --state-dir, or start slipwayd",
                            settings.state_dir));
  }
  return fail(errno_error("cannot ask slipwayd at " + path, errno));
}

// Shows a line; the exit status when it was the last one.
std::optional<int> show(std::string_view line) {
  if (line.empty()) return std::nullopt;
  const std::string_view text = line.substr(1);
  if (line[0] == kUpgradeRefused) {
    std::cerr << "slipwayd upgrade: " << text << "\n";
    return 1;
  }
  std::cout << text << std::endl;
  return line[0] == kUpgradeDone ? std::optional<int>(0) : std::nullopt;
}

}  // namespace

std::string upgrade_socket(const Settings& settings) {
  return settings.state_dir + "/" + kUpgradeSocket;
}

int run_upgrade(const Settings& settings) {
  const auto parent = connect(settings);
  if (!parent) {
    std::cerr << "slipwayd upgrade: " << parent.error().message << "\n";
    return 1;
  }
  std::string told;
  char bytes[4096];
  while (true) {
    const ssize_t n = ::read(parent->get(), bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    told.append(bytes, static_cast<size_t>(n));
    for (size_t end = told.find('\n'); end != std::string::npos; end = told.find('\n')) {
      if (const auto status = show(std::string_view(told).substr(0, end))) return *status;
      told.erase(0, end + 1);
    }
  }
  std::cerr << "slipwayd upgrade: slipwayd ended meanwhile; its log says why\n";
  return 1;
}

}  // namespace slipway::app
