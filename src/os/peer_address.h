#pragma once
// Who is at the other end, kept as the kernel gave it and turned into text only when asked for.
// A plain value of one stream.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "os/socket_address.h"

namespace slipway::os {

class PeerAddress {
 public:
  PeerAddress() : address_{} {}
  explicit PeerAddress(const SocketAddress& target) : address_{} {
    if (target.any.sa_family == AF_INET) address_.v4 = target.v4;
    if (target.any.sa_family == AF_INET6) address_.v6 = target.v6;
  }

  // Room for accept4(2) to fill.
  sockaddr* storage() { return &address_.any; }
  static constexpr socklen_t kCapacity = sizeof(sockaddr_in6);

  // "127.0.0.1:51234", "[::1]:51234", or "unix".
  std::string_view text();

 private:
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } address_;
  uint8_t length_ = 0;
  std::array<char, INET6_ADDRSTRLEN + 9> text_{};
};

}  // namespace slipway::os
