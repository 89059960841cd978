#include "call/connect_probe.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace slipway::call {

namespace {

// The preface and empty SETTINGS.
constexpr char kGreeting[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0";
constexpr size_t kFrameHead = 9;

// 0, or EPROTO when the first frame is not SETTINGS.
int greet(int fd, std::chrono::milliseconds timeout) {
  // With its own final zero the greeting is whole.
  if (send(fd, kGreeting, sizeof kGreeting, MSG_NOSIGNAL) != sizeof kGreeting) return EPROTO;
  const auto until = std::chrono::steady_clock::now() + timeout;
  unsigned char frame[kFrameHead];
  size_t got = 0;
  while (got < kFrameHead) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd waiting{fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return EPROTO;
    const ssize_t n = recv(fd, frame + got, kFrameHead - got, 0);
    if (n <= 0) return EPROTO;
    got += static_cast<size_t>(n);
  }
  const bool is_settings = frame[3] == 4 && frame[4] == 0 && frame[5] == 0 && frame[6] == 0 &&
                           frame[7] == 0 && frame[8] == 0;
  return is_settings ? 0 : EPROTO;
}

// 0 or an errno value.
int try_connect(const addrinfo& target, std::chrono::milliseconds timeout, bool http2) {
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
  if (error == 0 && http2) error = greet(fd, timeout);
  close(fd);
  return error;
}

Result<void> outcome(const std::string& address, int error) {
  if (error == 0) return {};
  Error failure = errno_error("cannot reach " + address, error);
  failure.code = error == ETIMEDOUT ? ErrorCode::kDeadline
                 : error == EPROTO  ? ErrorCode::kInternal
                                    : ErrorCode::kUnavailable;
  return fail(std::move(failure));
}

Result<void> probe_locally(const std::string& path, std::chrono::milliseconds timeout, bool http2) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (path.size() >= sizeof local.sun_path) return outcome("unix:" + path, ENAMETOOLONG);
  path.copy(local.sun_path, path.size());
  addrinfo target{};
  target.ai_family = AF_UNIX;
  target.ai_addr = reinterpret_cast<sockaddr*>(&local);
  target.ai_addrlen = sizeof local;
  return outcome("unix:" + path, try_connect(target, timeout, http2));
}

Result<void> probe(const ProbedAddress& address, std::chrono::milliseconds timeout, bool http2) {
  if (!address.unix_socket.empty()) return probe_locally(address.unix_socket, timeout, http2);
  const std::string text = fmt::format("{}:{}", address.host, address.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error =
          getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
      error != 0) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot reach {}: {}", text, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  int error = ECONNREFUSED;
  for (const addrinfo* target = found; error != 0 && target != nullptr; target = target->ai_next) {
    error = try_connect(*target, timeout, http2);
  }
  return outcome(text, error);
}

}  // namespace

Result<void> connect_probe(const ProbedAddress& address, std::chrono::milliseconds timeout) {
  return probe(address, timeout, false);
}

Result<void> http2_probe(const ProbedAddress& address, std::chrono::milliseconds timeout) {
  return probe(address, timeout, true);
}

}  // namespace slipway::call
