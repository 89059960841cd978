#pragma once
// Everything a gateway is told when it starts. Made by apps/slipwayd from flags, environment and
// file; plain values.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/upstream_pool.h"
#include "os/reactor.h"
#include "serve/server.h"

namespace slipway::gateway {

struct ExchangeLimits {
  // A replica that is there accepts within a round trip; past this another one is tried.
  std::chrono::milliseconds connect_timeout{1'000};
  // Until the head of control's answer; its streams then last as long as they like.
  std::chrono::milliseconds control_timeout{120'000};
  // How long a request waits when every replica is at its limit; at most half of its own time.
  std::chrono::milliseconds queue_timeout{10'000};
  // A connection that was switched to WebSocket ends when neither side has said anything for so
  // long.
  std::chrono::milliseconds websocket_idle{600'000};
  uint64_t control_body_bytes = 16ULL * 1024 * 1024;
  // What is kept of a request while it waits for a replica or for its connection; then the client
  // is paused.
  size_t kept_request_bytes = 64 * 1024;
};

struct GatewayConfig {
  std::string id = "gateway";  // [a-z0-9-]{1,64}, stable over restarts
  unsigned workers = 1;
  // How workers do their I/O; none: by io_uring where it works, else by epoll.
  std::optional<os::ReactorKind> io;
  // Listening sockets, opened by the parent and not owned here: one a worker (a SO_REUSEPORT set),
  // or fewer, which workers then share.
  std::vector<int> listen_fds;
  std::vector<int> tls_fds;  // the same for TLS
  // Where certificates come from (os/message_pair.h); needed with tls_fds. Not owned.
  int certificates_fd = -1;
  // Told by one byte as soon as it serves by a snapshot; its doors stay shut until then, since
  // another gateway serves at them. Not owned; -1: nobody waits, and it serves what it can at once.
  int ready_fd = -1;
  int admin_fd = -1;                        // /healthz /readyz /metrics; -1: none
  std::string admin_address;                // of it, for others: "127.0.0.1:9101"
  std::optional<os::Address> control;       // where UI and API requests go; none: 503
  std::optional<os::Address> control_feed;  // where snapshots come from; none: only from disk
  std::filesystem::path working_dir = ".";  // holds snapshot.bin and the access log
  std::string replica_sockets;              // folder of replicas' Unix sockets; "": none here
  uint64_t access_log_bytes = 0;            // of the access log's files; 0: there is none
  serve::ServerLimits server;
  PoolLimits pool;
  ExchangeLimits exchange;
  std::chrono::milliseconds drain_timeout{30'000};
  // How often control is told what was counted.
  std::chrono::milliseconds report_period{5'000};
};

}  // namespace slipway::gateway
