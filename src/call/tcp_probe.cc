#include "call/tcp_probe.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace slipway::call {

namespace {

// 0 or an errno value.
int try_connect(const addrinfo& target, std::chrono::milliseconds timeout) {
  const int fd = socket(target.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  int error = connect(fd, target.ai_addr, target.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    pollfd waiting{fd, POLLOUT, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(timeout.count()));
    socklen_t size = sizeof error;
    if (ready == 0) {
      error = ETIMEDOUT;
    } else if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  close(fd);
  return error;
}

}  // namespace

Result<void> tcp_probe(const std::string& host, uint16_t port, std::chrono::milliseconds timeout) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      error != 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot reach {}:{}: {}", host, port, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  int error = ECONNREFUSED;
  for (const addrinfo* target = found; target != nullptr; target = target->ai_next) {
    error = try_connect(*target, timeout);
    if (error == 0) return {};
  }
  Error failure = errno_error(fmt::format("cannot reach {}:{}", host, port), error);
  failure.code = error == ETIMEDOUT ? ErrorCode::kDeadline : ErrorCode::kUnavailable;
  return fail(std::move(failure));
}

}  // namespace slipway::call
