#include "gateway/upstream_pool.h"

#include <algorithm>

namespace slipway::gateway {

UpstreamPool::UpstreamPool(os::Reactor& reactor, const PoolLimits& limits)
    : reactor_(reactor), limits_(limits) {
  joined_body_.reserve(64 * 1024);
}

UpstreamPool::~UpstreamPool() {
  for (const auto& connection : all_) {
    if (connection->stream_ != nullptr) connection->stream_->close();
  }
}

UpstreamConnection* UpstreamPool::take(Upstream& upstream) {
  if (upstream.idle.empty()) return nullptr;
  UpstreamConnection* connection = upstream.idle.back();
  // The last one in is the youngest: when it is too old, all are.
  if (reactor_.now() - connection->idle_since_ >= limits_.idle_timeout) {
    close_idle(upstream);
    return nullptr;
  }
  upstream.idle.pop_back();
  counters_.idle.add(-1);
  counters_.reuses.add();
  return connection;
}

UpstreamConnection* UpstreamPool::connect(Upstream& upstream) {
  if (unused_.empty()) {
    all_.push_back(std::make_unique<UpstreamConnection>(*this));
    unused_.reserve(all_.size());
    unused_.push_back(all_.back().get());
  }
  UpstreamConnection* connection = unused_.back();
  os::Stream* stream = reactor_.connect(upstream.address, *connection);
  if (stream == nullptr) return nullptr;
  unused_.pop_back();
  connection->upstream_ = &upstream;
  connection->stream_ = stream;
  counters_.connects.add();
  return connection;
}

UpstreamConnection* UpstreamPool::connect_http2(Upstream& upstream) {
  UpstreamConnection* connection = connect(upstream);
  if (connection == nullptr) return nullptr;
  connection->http2_ = std::make_unique<http::H2Client>(*connection, reply_head_);
  return connection;
}

void UpstreamPool::give_back(UpstreamConnection& connection) {
  Upstream& upstream = connection.upstream();
  if (upstream.retired() || upstream.idle.size() >= limits_.idle_per_upstream) {
    discard(connection);
    return;
  }
  connection.receiver_ = nullptr;
  ++connection.use_;
  connection.idle_since_ = reactor_.now();
  upstream.idle.push_back(&connection);
  counters_.idle.add(1);
}

void UpstreamPool::discard(UpstreamConnection& connection) {
  counters_.not_pooled.add();
  if (connection.stream_ != nullptr) connection.stream_->close();
  recycle(connection);
}

void UpstreamPool::sweep(Upstream& upstream) {
  ended_http2_.clear();
  const Monotonic now = reactor_.now();
  size_t old = 0;
  while (old < upstream.idle.size() &&
         now - upstream.idle[old]->idle_since_ >= limits_.idle_timeout) {
    upstream.idle[old]->stream_->close();
    recycle(*upstream.idle[old]);
    ++old;
  }
  counters_.idle.add(-static_cast<int64_t>(old));
  upstream.idle.erase(upstream.idle.begin(), upstream.idle.begin() + static_cast<ptrdiff_t>(old));
}

void UpstreamPool::close_idle(Upstream& upstream) {
  for (UpstreamConnection* connection : upstream.idle) {
    connection->stream_->close();
    recycle(*connection);
  }
  counters_.idle.add(-static_cast<int64_t>(upstream.idle.size()));
  upstream.idle.clear();
}

void UpstreamPool::drop_idle(UpstreamConnection& connection) {
  std::vector<UpstreamConnection*>& idle = connection.upstream().idle;
  idle.erase(std::find(idle.begin(), idle.end(), &connection));
  counters_.idle.add(-1);
  counters_.stale.add();
  if (connection.stream_ != nullptr) connection.stream_->close();
  recycle(connection);
}

void UpstreamPool::recycle(UpstreamConnection& connection) {
  if (connection.http2_ != nullptr) {
    connection.http2_->silence();
    ended_http2_.push_back(std::move(connection.http2_));
  }
  connection.reset();
  unused_.push_back(&connection);
}

}  // namespace slipway::gateway
