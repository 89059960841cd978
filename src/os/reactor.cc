#include "os/reactor.h"

#include <fmt/format.h>

#include "os/epoll_reactor.h"

namespace slipway::os {

std::string to_string(const Address& address) {
  if (const auto* path = std::get_if<UnixAddress>(&address)) return "unix:" + path->path;
  const auto& tcp = std::get<TcpAddress>(address);
  const bool v6 = tcp.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", tcp.host, tcp.port) : fmt::format("{}:{}", tcp.host, tcp.port);
}

Result<std::unique_ptr<Reactor>> make_reactor() {
  auto reactor = std::make_unique<EpollReactor>();
  TRY(reactor->open());
  return reactor;
}

}  // namespace slipway::os
