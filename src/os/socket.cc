#include "os/socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include "os/socket_address.h"

namespace slipway::os {

namespace {

Result<UniqueFd> stream_socket(int family, const Address& address) {
  UniqueFd fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail(errno_error("cannot make a socket for " + to_string(address), errno));
  return fd;
}

Failure cannot_listen(const Address& address, int error) {
  if (error == EADDRINUSE) {
    return fail(ErrorCode::kConflict, "cannot listen at " + to_string(address) +
                                          ": another process listens there already");
  }
  return fail(errno_error("cannot listen at " + to_string(address), error));
}

// The file of a listener that died stays behind and would refuse every later bind().
Result<void> remove_stale_socket(const UnixAddress& address, const SocketAddress& target) {
  struct stat status {};
  if (lstat(address.path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return fail(errno_error("cannot look at " + address.path, errno));
  }
  if (!S_ISSOCK(status.st_mode)) {
    return fail(ErrorCode::kConflict,
                address.path + " exists and is not a socket; remove it or choose another path");
  }
  TRY_ASSIGN(const UniqueFd probe, stream_socket(AF_UNIX, address));
  if (connect(probe.get(), &target.any, target.length) == 0 || errno == EAGAIN) {
    return fail(ErrorCode::kConflict,
                "cannot listen at " + address.path + ": another process listens there already");
  }
  if (unlink(address.path.c_str()) != 0 && errno != ENOENT) {
    return fail(errno_error("cannot remove the old socket " + address.path, errno));
  }
  return {};
}

}  // namespace

Result<UniqueFd> listen_tcp(const TcpAddress& address, const ListenOptions& options) {
  SocketAddress target;
  if (!to_socket_address(address, target)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("cannot listen at '{}': it is not an IP address", address.host));
  }
  TRY_ASSIGN(UniqueFd fd, stream_socket(target.any.sa_family, address));
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (options.reuse_port && setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) {
    return fail(errno_error("cannot share the port of " + to_string(address), errno));
  }
  if (bind(fd.get(), &target.any, target.length) != 0 || ::listen(fd.get(), options.backlog) != 0) {
    return cannot_listen(address, errno);
  }
  return fd;
}

Result<UniqueFd> listen_unix(const UnixAddress& address, const ListenOptions& options) {
  SocketAddress target;
  if (!to_socket_address(address, target)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("cannot listen at '{}': the path of a Unix socket has 1 to 107 bytes",
                            address.path));
  }
  TRY(remove_stale_socket(address, target));
  TRY_ASSIGN(UniqueFd fd, stream_socket(AF_UNIX, address));
  if (bind(fd.get(), &target.any, target.length) != 0) return cannot_listen(address, errno);
  // Rights before listen(): until then nobody can connect.
  if (chmod(address.path.c_str(), options.unix_mode) != 0) {
    return fail(errno_error("cannot set the mode of " + address.path, errno));
  }
  if (::listen(fd.get(), options.backlog) != 0) return cannot_listen(address, errno);
  return fd;
}

Result<uint16_t> local_port(int fd) {
  SocketAddress bound;
  bound.length = sizeof bound.local;
  if (getsockname(fd, &bound.any, &bound.length) != 0) {
    return fail(errno_error("cannot look up the port of a socket", errno));
  }
  if (bound.any.sa_family == AF_INET) return ntohs(bound.v4.sin_port);
  if (bound.any.sa_family == AF_INET6) return ntohs(bound.v6.sin6_port);
  return fail(ErrorCode::kInvalid, "a Unix socket has no port");
}

Result<Address> parse_address(std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is no address; write 127.0.0.1:8080, [::1]:8080 or "
                            "unix:/path/to.sock",
                            text));
  };
  if (text.starts_with("unix:")) {
    text.remove_prefix(5);
    if (text.empty()) return refuse();
    return UnixAddress{std::string(text)};
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return refuse();
  }
  TcpAddress address{std::string(host), 0};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  SocketAddress parsed;
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
      !to_socket_address(address, parsed)) {
    return refuse();
  }
  return address;
}

}  // namespace slipway::os
