#include "serve/h1_server.h"

#include <utility>

namespace slipway::serve {

namespace {

constexpr size_t kSpareBuffers = 256;
constexpr size_t kSpareBufferBytes = 64 * 1024;

}  // namespace

H1Server::H1Server(os::Reactor& reactor, HandlerSource& handlers, const ServerLimits& limits)
    : reactor_(reactor),
      handlers_(handlers),
      limits_(limits),
      spare_buffers_(kSpareBuffers, kSpareBufferBytes) {
  scratch_.reserve(4 * 1024);
}

H1Server::~H1Server() {
  for (const int fd : listen_fds_) reactor_.unlisten(fd);
  while (open_ != nullptr) open_->shut_down();
  // Those that closed earlier in this turn still hold their handlers.
  for (H1Connection& connection : connections_) {
    if (connection.handler_ != nullptr) handlers_.release(*connection.handler_);
  }
}

Result<void> H1Server::listen(int listen_fd) {
  TRY(reactor_.listen(listen_fd, *this));
  listen_fds_.push_back(listen_fd);
  return {};
}

Result<void> H1Server::listen(int listen_fd, tls::ServerContext& context) {
  tls_acceptors_.push_back(std::make_unique<tls::Acceptor>(reactor_, context, *this));
  TRY(reactor_.listen(listen_fd, *tls_acceptors_.back()));
  listen_fds_.push_back(listen_fd);
  return {};
}

void H1Server::drain() {
  draining_ = true;
  for (const int fd : listen_fds_) reactor_.unlisten(fd);
  listen_fds_.clear();
  for (H1Connection* connection = open_; connection != nullptr;) {
    H1Connection* next = connection->next_;
    connection->drain();
    connection = next;
  }
}

os::StreamHandler* H1Server::on_accept(os::Stream& stream) {
  if (counters_.connections_open >= limits_.connections) {
    ++counters_.connections_refused;
    return nullptr;
  }
  H1Connection* connection = free_;
  if (connection != nullptr) {
    free_ = connection->next_;
  } else {
    connection = &connections_.emplace_back(*this);
  }
  connection->previous_ = nullptr;
  connection->next_ = open_;
  if (open_ != nullptr) open_->previous_ = connection;
  open_ = connection;
  ++counters_.connections_accepted;
  ++counters_.connections_open;
  connection->start(stream);
  return connection;
}

void H1Server::closed(H1Connection& connection) {
  --counters_.connections_open;
  if (connection.previous_ != nullptr) connection.previous_->next_ = connection.next_;
  if (connection.next_ != nullptr) connection.next_->previous_ = connection.previous_;
  if (open_ == &connection) open_ = connection.next_;
  connection.previous_ = connection.next_ = nullptr;
}

void H1Server::reclaim(H1Connection& connection) {
  if (connection.handler_ != nullptr) {
    handlers_.release(*std::exchange(connection.handler_, nullptr));
  }
  connection.next_ = free_;
  free_ = &connection;
}

}  // namespace slipway::serve
