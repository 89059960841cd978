#pragma once
// Listener plus connections on one reactor: turns bytes into exchanges. One per worker thread;
// made, used and destroyed on that thread. Enforces gateway.md's limits (head size, time to a whole
// head, idle time, body rate, requests per connection) before a handler sees anything.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "http/h1_head_parser.h"
#include "http/h2_session.h"
#include "os/reactor.h"
#include "serve/exchange.h"
#include "tls/server_context.h"

namespace slipway::serve {

struct ServerLimits {
  http::Limits head;
  http::H2Limits http2;
  std::chrono::milliseconds head_timeout{10'000};
  std::chrono::milliseconds idle_timeout{75'000};
  // Minimum average rate of an upload, judged after `body_grace` (slowloris).
  uint64_t body_bytes_per_second = 240;
  std::chrono::milliseconds body_grace{10'000};
  uint32_t requests_per_connection = 100'000;
  uint32_t connections = 50'000;
};

// Of connections that have shown what they speak: HTTP/1 by a whole head, HTTP/2 by its preface.
struct ProtocolCounters {
  uint64_t accepted = 0;
  uint64_t open = 0;
};

// Plain counters of one worker; read by others through telemetry only.
struct ServerCounters {
  uint64_t connections_accepted = 0;
  uint64_t connections_open = 0;
  uint64_t connections_refused = 0;                          // over ServerLimits::connections
  std::array<std::array<ProtocolCounters, 2>, 2> protocols;  // by HTTP/2 or not, by TLS or not
  uint64_t http2_floods = 0;  // connections of HTTP/2 that were ended for breaking a budget
  uint64_t requests = 0;
  uint64_t refused_heads = 0;  // 400, 431, 501, 505 by the codec; HTTP/2 that broke its rules
  uint64_t timeouts = 0;       // head, idle, slow body
  uint64_t read_pauses = 0;    // back-pressure towards the client
};

// What becomes of connections that wait for a request when a server drains.
enum class IdleConnections : uint8_t {
  kClose,      // at once; a request that is on its way is lost
  kServeOnce,  // they close with their next answer, which says so
};

class Server {
 public:
  virtual ~Server() = default;
  virtual Result<void> listen(int listen_fd) = 0;
  // The same over TLS; `context` belongs to this thread and outlives the server.
  virtual Result<void> listen(int listen_fd, tls::ServerContext& context) = 0;
  // Accepts no more; answers in flight go on, with Connection: close. HTTP/2 is told by GOAWAY, and
  // what its client sent before it heard that is answered. May be said again to close idle ones.
  virtual void drain(IdleConnections idle) = 0;
  virtual size_t open_connections() const = 0;
  virtual const ServerCounters& counters() const = 0;
};

std::unique_ptr<Server> make_server(os::Reactor& reactor, HandlerSource& handlers,
                                    const ServerLimits& limits);

}  // namespace slipway::serve
