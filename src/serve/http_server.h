#pragma once
// The Server on HTTP/1 and HTTP/2: owns the connections, their pools and what they share (the
// parsed head, the date, spare buffers), so that a connection costs little while it is idle. Every
// connection begins as HTTP/1; one whose client says the preface of HTTP/2 changes hands. Reactor's
// thread only.

#include <memory>
#include <string>
#include <vector>

#include "os/spare_buffers.h"
#include "serve/date_cache.h"
#include "serve/h1_connection.h"
#include "serve/h2_connection.h"
#include "serve/open_pool.h"
#include "serve/server.h"
#include "tls/acceptor.h"

namespace slipway::serve {

class HttpServer final : public Server, public os::Acceptor {
 public:
  HttpServer(os::Reactor& reactor, HandlerSource& handlers, const ServerLimits& limits);
  ~HttpServer() override;

  // Server
  Result<void> listen(int listen_fd) override;
  Result<void> listen(int listen_fd, tls::ServerContext& context) override;
  void drain(IdleConnections idle) override;
  size_t open_connections() const override { return counters_.connections_open; }
  const ServerCounters& counters() const override { return counters_; }

  // os::Acceptor
  os::StreamHandler* on_accept(os::Stream& stream) override;

 private:
  friend class H1Connection;
  friend class H2Connection;
  friend class H2Exchange;

  ProtocolCounters& protocols(bool http2, bool encrypted) {
    return counters_.protocols[http2 ? 1 : 0][encrypted ? 1 : 0];
  }
  void began_to_speak(bool http2, bool encrypted);

  void closed(H1Connection& connection);
  void reclaim(H1Connection& connection);
  // `bytes`, all that has come of this stream, begin with the preface.
  void change_to_http2(os::Stream& stream, std::string_view bytes);
  void closed(H2Connection& connection);
  // Gives the handler back, too.
  void reclaim(H2Exchange& exchange);

  os::Reactor& reactor_;
  HandlerSource& handlers_;
  const ServerLimits limits_;
  ServerCounters counters_;
  bool draining_ = false;
  bool closes_idle_ = false;  // draining, and nobody is waited for
  std::vector<int> listen_fds_;
  std::vector<std::unique_ptr<tls::Acceptor>> tls_acceptors_;

  OpenPool<H1Connection> h1_;
  OpenPool<H2Connection> h2_;
  OpenPool<H2Exchange> exchanges_;

  // Shared by all connections: used within one callback, never across two.
  http::RequestHead head_;
  std::string scratch_;
  DateCache date_;
  os::SpareBuffers spare_buffers_;
};

}  // namespace slipway::serve
