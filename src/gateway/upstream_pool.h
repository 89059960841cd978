#pragma once
// All upstream connections of one worker: makes them, keeps idle ones per upstream (last in, first
// out, so that few stay warm and the rest age out), and recycles the objects.
//
// An idle connection is dropped when it is older than the idle timeout, when the peer closes it or
// says something unasked, when there are too many, or when its upstream has left the snapshot.
// Worker's thread only; owned by the worker; nothing allocates once warm.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "gateway/upstream.h"
#include "gateway/upstream_connection.h"
#include "http/head.h"
#include "os/reactor.h"
#include "telemetry/counter.h"

namespace slipway::gateway {

struct PoolLimits {
  // Half of what gunicorn, the usual server of a model, waits before it closes an idle connection
  // (2 s): so that a request never meets a connection that is being closed.
  std::chrono::milliseconds idle_timeout{1'000};
  size_t idle_per_upstream = 512;
};

struct PoolCounters {
  telemetry::Counter connects;
  telemetry::Counter reuses;
  telemetry::Counter stale;       // closed by the peer while idle
  telemetry::Counter not_pooled;  // closed by us after an exchange
  telemetry::Gauge idle;
};

class UpstreamPool {
 public:
  UpstreamPool(os::Reactor& reactor, const PoolLimits& limits);
  ~UpstreamPool();
  UpstreamPool(const UpstreamPool&) = delete;
  UpstreamPool& operator=(const UpstreamPool&) = delete;

  // The idle connection that was used last, or null.
  UpstreamConnection* take(Upstream& upstream, UpstreamProtocol protocol);
  // A new one, not yet connected: attach() before the next turn of the loop. Null when the process
  // has no descriptor left.
  UpstreamConnection* connect(Upstream& upstream, UpstreamProtocol protocol);
  // After an exchange that left it clean; closes it when it may not stay.
  void give_back(UpstreamConnection& connection);
  // Closes it. Pointers to it are void afterwards.
  void discard(UpstreamConnection& connection);

  // Drops what has been idle for too long.
  void sweep();
  void close_idle(Upstream& upstream);

  const PoolCounters& counters() const { return counters_; }

  // Room that connections share, since only one of them reads at a time.
  http::ResponseHead& reply_head() { return reply_head_; }
  std::string& joined_body() { return joined_body_; }
  // For UpstreamConnection: it ended while idle.
  void drop_idle(UpstreamConnection& connection);

 private:
  using IdleList = std::vector<UpstreamConnection*>;

  static IdleList& idle_list(UpstreamConnection& connection);
  void sweep(IdleList& idle);
  void close_all(IdleList& idle);
  void recycle(UpstreamConnection& connection);

  os::Reactor& reactor_;
  const PoolLimits limits_;
  PoolCounters counters_;
  http::ResponseHead reply_head_;
  std::string joined_body_;
  std::vector<std::unique_ptr<UpstreamConnection>> all_;
  std::vector<UpstreamConnection*> unused_;
  std::vector<Upstream*> listed_;  // all that have idle connections, and some that had
  // Of connections that ended, until nothing of theirs can be on the stack.
  std::vector<std::unique_ptr<http::H2Client>> ended_http2_;
};

}  // namespace slipway::gateway
