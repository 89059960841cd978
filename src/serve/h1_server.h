#pragma once
// The Server on HTTP/1: owns the connections, their pool and what they share (the parsed head, the
// date, spare buffers), so that a connection costs little while it is idle. Reactor's thread only.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "os/spare_buffers.h"
#include "serve/date_cache.h"
#include "serve/h1_connection.h"
#include "serve/server.h"
#include "tls/acceptor.h"

namespace slipway::serve {

class H1Server final : public Server, public os::Acceptor {
 public:
  H1Server(os::Reactor& reactor, HandlerSource& handlers, const ServerLimits& limits);
  ~H1Server() override;

  // Server
  Result<void> listen(int listen_fd) override;
  Result<void> listen(int listen_fd, tls::ServerContext& context) override;
  void drain() override;
  size_t open_connections() const override { return counters_.connections_open; }
  const ServerCounters& counters() const override { return counters_; }

  // os::Acceptor
  os::StreamHandler* on_accept(os::Stream& stream) override;

 private:
  friend class H1Connection;

  void closed(H1Connection& connection);
  void reclaim(H1Connection& connection);

  os::Reactor& reactor_;
  HandlerSource& handlers_;
  const ServerLimits limits_;
  ServerCounters counters_;
  bool draining_ = false;
  std::vector<int> listen_fds_;
  std::vector<std::unique_ptr<tls::Acceptor>> tls_acceptors_;

  std::deque<H1Connection> connections_;
  H1Connection* open_ = nullptr;
  H1Connection* free_ = nullptr;

  // Shared by all connections: used within one callback, never across two.
  http::RequestHead head_;
  std::string scratch_;
  DateCache date_;
  os::SpareBuffers spare_buffers_;
};

}  // namespace slipway::serve
