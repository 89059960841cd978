#include "gateway/upstream_pool.h"

#include <algorithm>
#include <utility>

namespace slipway::gateway {

UpstreamPool::UpstreamPool(os::Reactor& reactor, const PoolLimits& limits)
    : reactor_(reactor), limits_(limits) {
  joined_body_.reserve(64 * 1024);
  listed_.reserve(64);
}

UpstreamPool::~UpstreamPool() {
  for (const auto& connection : all_) {
    if (connection->stream_ != nullptr) connection->stream_->close();
  }
}

UpstreamConnection* UpstreamPool::take(Upstream& upstream, UpstreamProtocol protocol) {
  IdleList& idle = upstream.idle[static_cast<size_t>(protocol)];
  while (!idle.empty()) {
    UpstreamConnection* connection = idle.back();
    // The last one in is the youngest: when it is too old, all are.
    if (reactor_.now() - connection->idle_since_ >= limits_.idle_timeout) {
      close_all(idle);
      return nullptr;
    }
    idle.pop_back();
    counters_.idle.add(-1);
    if (connection->http2_ != nullptr && !connection->http2_->reusable()) {
      // The peer has said goodbye behind its last answer.
      discard(*connection);
      continue;
    }
    counters_.reuses.add();
    return connection;
  }
  return nullptr;
}

UpstreamConnection* UpstreamPool::connect(Upstream& upstream, UpstreamProtocol protocol) {
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
  if (protocol == UpstreamProtocol::kHttp2) {
    connection->http2_ = std::make_unique<http::H2Client>(*connection, reply_head_);
  }
  counters_.connects.add();
  return connection;
}

void UpstreamPool::give_back(UpstreamConnection& connection) {
  Upstream& upstream = connection.upstream();
  IdleList& idle = idle_list(connection);
  if (upstream.retired() || idle.size() >= limits_.idle_per_upstream) {
    discard(connection);
    return;
  }
  connection.receiver_ = nullptr;
  ++connection.use_;
  connection.idle_since_ = reactor_.now();
  idle.push_back(&connection);
  if (!std::exchange(upstream.listed, true)) listed_.push_back(&upstream);
  counters_.idle.add(1);
}

void UpstreamPool::discard(UpstreamConnection& connection) {
  counters_.not_pooled.add();
  if (connection.stream_ != nullptr) connection.stream_->close();
  recycle(connection);
}

void UpstreamPool::sweep() {
  ended_http2_.clear();
  std::erase_if(listed_, [this](Upstream* upstream) {
    upstream->listed = false;
    for (IdleList& idle : upstream->idle) {
      sweep(idle);
      upstream->listed = upstream->listed || !idle.empty();
    }
    return !upstream->listed;
  });
}

void UpstreamPool::sweep(IdleList& idle) {
  const Monotonic now = reactor_.now();
  const auto young = std::find_if(idle.begin(), idle.end(), [&](const UpstreamConnection* c) {
    return now - c->idle_since_ < limits_.idle_timeout;
  });
  std::for_each(idle.begin(), young, [&](UpstreamConnection* connection) {
    connection->stream_->close();
    recycle(*connection);
  });
  counters_.idle.add(idle.begin() - young);
  idle.erase(idle.begin(), young);
}

void UpstreamPool::close_idle(Upstream& upstream) {
  if (std::exchange(upstream.listed, false)) std::erase(listed_, &upstream);
  for (IdleList& idle : upstream.idle) close_all(idle);
}

void UpstreamPool::close_all(IdleList& idle) {
  for (UpstreamConnection* connection : idle) {
    connection->stream_->close();
    recycle(*connection);
  }
  counters_.idle.add(-static_cast<int64_t>(idle.size()));
  idle.clear();
}

UpstreamPool::IdleList& UpstreamPool::idle_list(UpstreamConnection& connection) {
  const UpstreamProtocol protocol =
      connection.http2_ == nullptr ? UpstreamProtocol::kHttp1 : UpstreamProtocol::kHttp2;
  return connection.upstream().idle[static_cast<size_t>(protocol)];
}

void UpstreamPool::drop_idle(UpstreamConnection& connection) {
  IdleList& idle = idle_list(connection);
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
