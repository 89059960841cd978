#include "serve/http_server.h"

#include <utility>

namespace slipway::serve {

namespace {

constexpr size_t kSpareBuffers = 256;
constexpr size_t kSpareBufferBytes = 64 * 1024;

}  // namespace

HttpServer::HttpServer(os::Reactor& reactor, HandlerSource& handlers, const ServerLimits& limits)
    : reactor_(reactor),
      handlers_(handlers),
      limits_(limits),
      spare_buffers_(kSpareBuffers, kSpareBufferBytes) {
  scratch_.reserve(4 * 1024);
}

HttpServer::~HttpServer() {
  for (const int fd : listen_fds_) reactor_.unlisten(fd);
  while (h1_.first() != nullptr) h1_.first()->shut_down();
  while (h2_.first() != nullptr) h2_.first()->shut_down();
  // Those that closed earlier in this turn still hold their handlers.
  for (H1Connection& connection : h1_.all()) {
    if (connection.handler_ != nullptr) handlers_.release(*connection.handler_);
  }
  for (H2Exchange& exchange : exchanges_.all()) {
    if (exchange.handler_ != nullptr) handlers_.release(*exchange.handler_);
  }
}

Result<void> HttpServer::listen(int listen_fd) {
  TRY(reactor_.listen(listen_fd, *this));
  listen_fds_.push_back(listen_fd);
  return {};
}

Result<void> HttpServer::listen(int listen_fd, tls::ServerContext& context) {
  tls_acceptors_.push_back(std::make_unique<tls::Acceptor>(reactor_, context, *this));
  TRY(reactor_.listen(listen_fd, *tls_acceptors_.back()));
  listen_fds_.push_back(listen_fd);
  return {};
}

void HttpServer::drain(IdleConnections idle) {
  draining_ = true;
  closes_idle_ = idle == IdleConnections::kClose;
  for (const int fd : listen_fds_) reactor_.unlisten(fd);
  listen_fds_.clear();
  const auto drain_all = [](auto& pool) {
    for (auto* connection = pool.first(); connection != nullptr;) {
      auto* const next = pool.after(*connection);
      connection->drain();
      connection = next;
    }
  };
  drain_all(h1_);
  drain_all(h2_);
}

os::StreamHandler* HttpServer::on_accept(os::Stream& stream) {
  if (counters_.connections_open >= limits_.connections) {
    ++counters_.connections_refused;
    return nullptr;
  }
  H1Connection& connection = h1_.open(*this);
  ++counters_.connections_accepted;
  ++counters_.connections_open;
  connection.start(stream);
  return &connection;
}

void HttpServer::began_to_speak(bool http2, bool encrypted) {
  ProtocolCounters& counters = protocols(http2, encrypted);
  ++counters.accepted;
  ++counters.open;
}

void HttpServer::closed(H1Connection& connection) {
  --counters_.connections_open;
  if (connection.requests_ > 0) --protocols(false, connection.encrypted_).open;
  h1_.close(connection);
}

void HttpServer::reclaim(H1Connection& connection) {
  if (connection.handler_ != nullptr) {
    handlers_.release(*std::exchange(connection.handler_, nullptr));
  }
  h1_.reuse(connection);
}

void HttpServer::change_to_http2(os::Stream& stream, std::string_view bytes) {
  H2Connection& connection = h2_.open(*this);
  ++counters_.connections_open;
  began_to_speak(true, stream.encrypted());
  stream.set_handler(connection);
  connection.start(stream, bytes);
}

void HttpServer::closed(H2Connection& connection) {
  --counters_.connections_open;
  --protocols(true, connection.encrypted_).open;
  h2_.close(connection);
}

void HttpServer::reclaim(H2Exchange& exchange) {
  if (exchange.handler_ != nullptr) handlers_.release(*std::exchange(exchange.handler_, nullptr));
  exchanges_.reuse(exchange);
}

}  // namespace slipway::serve
