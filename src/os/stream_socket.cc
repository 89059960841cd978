#include "os/stream_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "os/socket_address.h"
#include "os/socket_file.h"

namespace slipway::os {

namespace {

void send_without_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// Where no path is long enough to be congested, what the machine has for the internet only costs:
// BBR paces each send by a timer and keeps accounts of each acknowledgement, an eighth of the CPU
// of a small request (docs/benchmarks.md). Reno is there on every kernel, for every user.
void send_without_pacing(int fd) {
  constexpr std::string_view kReno = "reno";
  setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, kReno.data(), kReno.size());
}

// A connection that arrives at a loopback address comes from this machine.
bool is_loopback(int listen_fd) {
  SocketAddress bound;
  bound.length = sizeof bound.local;
  if (getsockname(listen_fd, &bound.any, &bound.length) != 0) return false;
  if (bound.any.sa_family == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&bound.v6.sin6_addr);
  return bound.any.sa_family == AF_INET && ntohl(bound.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

// 0, or why it is not connected.
int connect_to(int fd, const UnixAddress& address) {
  const auto file = SocketFile::open(address.path);
  SocketAddress target;
  if (!file || !to_socket_address(UnixAddress{file->path()}, target)) {
    return !file && file.error().code == ErrorCode::kNotFound ? ENOENT : EACCES;
  }
  return ::connect(fd, &target.any, target.length) == 0 ? 0 : errno;
}

StartedConnect connect_locally(const UnixAddress& address) {
  StartedConnect started;
  if (address.path.empty()) return started;
  started.fd.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (started.fd) started.error = connect_to(started.fd.get(), address);
  return started;
}

}  // namespace

bool prepare_listener(int listen_fd) {
  int domain = 0;
  socklen_t size = sizeof domain;
  getsockopt(listen_fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  const bool tcp = domain == AF_INET || domain == AF_INET6;
  // Accepted sockets inherit it, which saves a call per connection.
  if (tcp) send_without_delay(listen_fd);
  if (tcp && is_loopback(listen_fd)) send_without_pacing(listen_fd);
  return tcp;
}

bool lacks_room(int accept_error) {
  return accept_error == EMFILE || accept_error == ENFILE || accept_error == ENOBUFS ||
         accept_error == ENOMEM;
}

StartedConnect start_connect(const Address& address) {
  StartedConnect started;
  if (const auto* local = std::get_if<UnixAddress>(&address)) return connect_locally(*local);
  SocketAddress target;
  if (!to_socket_address(address, target)) return started;
  started.fd.reset(socket(target.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!started.fd) return started;
  send_without_delay(started.fd.get());
  send_without_pacing(started.fd.get());  // replicas stand next to us
  started.error = ::connect(started.fd.get(), &target.any, target.length) == 0 ? 0 : errno;
  started.peer = PeerAddress(target);
  return started;
}

void BacklogWait::begin(const UnixAddress& address) {
  address_ = address;
  delay_ = kBacklogRetry;
}

int BacklogWait::again(int fd) {
  delay_ = std::min(delay_ * 2, kLastBacklogRetry);
  return connect_to(fd, address_);
}

int socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

}  // namespace slipway::os
