#include "os/peer_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

namespace slipway::os {

std::string_view PeerAddress::text() {
  if (length_ > 0) return {text_.data(), length_};
  std::array<char, INET6_ADDRSTRLEN> host{};
  char* end = text_.data();
  switch (address_.any.sa_family) {
    case AF_INET:
      inet_ntop(AF_INET, &address_.v4.sin_addr, host.data(), host.size());
      end = fmt::format_to(end, "{}:{}", host.data(), ntohs(address_.v4.sin_port));
      break;
    case AF_INET6:
      inet_ntop(AF_INET6, &address_.v6.sin6_addr, host.data(), host.size());
      end = fmt::format_to(end, "[{}]:{}", host.data(), ntohs(address_.v6.sin6_port));
      break;
    default:
      return "unix";
  }
  length_ = static_cast<uint8_t>(end - text_.data());
  return {text_.data(), length_};
}

}  // namespace slipway::os
