#include "os/stream_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "os/socket_address.h"

namespace slipway::os {

namespace {

void send_without_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

bool prepare_listener(int listen_fd) {
  int domain = 0;
  socklen_t size = sizeof domain;
  getsockopt(listen_fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  const bool tcp = domain == AF_INET || domain == AF_INET6;
  // Accepted sockets inherit it, which saves a call per connection.
  if (tcp) send_without_delay(listen_fd);
  return tcp;
}

bool lacks_room(int accept_error) {
  return accept_error == EMFILE || accept_error == ENFILE || accept_error == ENOBUFS ||
         accept_error == ENOMEM;
}

StartedConnect start_connect(const Address& address) {
  StartedConnect started;
  SocketAddress target;
  if (!to_socket_address(address, target)) return started;
  started.fd.reset(socket(target.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!started.fd) return started;
  if (target.any.sa_family != AF_UNIX) send_without_delay(started.fd.get());
  started.error = ::connect(started.fd.get(), &target.any, target.length) == 0 ? 0 : errno;
  started.peer = PeerAddress(target);
  return started;
}

int socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

}  // namespace slipway::os
