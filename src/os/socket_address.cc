#include "os/socket_address.h"

#include <arpa/inet.h>

#include <cstddef>
#include <cstring>

namespace slipway::os {

bool to_socket_address(const Address& address, SocketAddress& out) {
  if (const auto* path = std::get_if<UnixAddress>(&address)) {
    if (path->path.empty() || path->path.size() >= sizeof out.local.sun_path) return false;
    out.local.sun_family = AF_UNIX;
    std::memcpy(out.local.sun_path, path->path.c_str(), path->path.size() + 1);
    out.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path->path.size() + 1);
    return true;
  }
  const auto& tcp = std::get<TcpAddress>(address);
  if (inet_pton(AF_INET, tcp.host.c_str(), &out.v4.sin_addr) == 1) {
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(tcp.port);
    out.length = sizeof out.v4;
    return true;
  }
  out.v6 = {};
  if (inet_pton(AF_INET6, tcp.host.c_str(), &out.v6.sin6_addr) == 1) {
    out.v6.sin6_family = AF_INET6;
    out.v6.sin6_port = htons(tcp.port);
    out.length = sizeof out.v6;
    return true;
  }
  return false;
}

}  // namespace slipway::os
