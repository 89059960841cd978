#include "os/reactor.h"

#include <fmt/format.h>

#include "os/epoll_reactor.h"
#include "os/uring_reactor.h"
#include "os/uring_trial.h"

namespace slipway::os {

std::string to_string(const Address& address) {
  if (const auto* path = std::get_if<UnixAddress>(&address)) return "unix:" + path->path;
  const auto& tcp = std::get<TcpAddress>(address);
  const bool v6 = tcp.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", tcp.host, tcp.port) : fmt::format("{}:{}", tcp.host, tcp.port);
}

std::string_view to_string(ReactorKind kind) {
  return kind == ReactorKind::kIoUring ? "io_uring" : "epoll";
}

Result<std::unique_ptr<Reactor>> make_reactor(ReactorKind kind) {
  if (kind == ReactorKind::kIoUring) {
    TRY(probe_io_uring());
    auto reactor = std::make_unique<UringReactor>();
    TRY(reactor->open());
    return reactor;
  }
  auto reactor = std::make_unique<EpollReactor>();
  TRY(reactor->open());
  return reactor;
}

Result<void> probe_io_uring() {
  BufferRing buffers;
  Uring uring;  // ends before its buffers
  TRY(uring.open());
  TRY(buffers.open(uring.get()));
  return try_multishot(uring, buffers);
}

}  // namespace slipway::os
