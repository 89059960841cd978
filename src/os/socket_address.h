#pragma once
// An Address as the kernel wants it. A plain value; any thread.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "os/reactor.h"

namespace slipway::os {

struct SocketAddress {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un local;
  };
  socklen_t length = 0;
  SocketAddress() : local{} {}
};

// False when the host is no IP literal, or the path is empty or longer than the kernel takes (107).
bool to_socket_address(const Address& address, SocketAddress& out);

}  // namespace slipway::os
