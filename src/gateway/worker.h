#pragma once
// One thread of the gateway: its reactor, its share of the listening sockets, its connections both
// ways, its routes and its counters. Workers share nothing while they serve; the gateway talks to
// them by messages, and they tell it when their state of adoption or drain has changed.
//
// Made, started and destroyed by the Gateway's thread; what it holds belongs to the worker's own.

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "gateway/access_ring.h"
#include "gateway/client_book.h"
#include "gateway/gateway_config.h"
#include "gateway/rate_book.h"
#include "gateway/worker_metrics.h"
#include "os/reactor.h"
#include "serve/server.h"
#include "snapshot/snapshot.h"
#include "tls/server_context.h"

namespace slipway::gateway {

// What a worker tells about itself; a value of one moment.
struct WorkerStatus {
  // Sequence numbers of adoptions (see Gateway::adopt()).
  uint64_t adopted = 0;
  uint64_t oldest_in_use = 0;  // by requests
  uint64_t oldest_held = 0;    // in memory
  bool drained = false;        // asked to drain, and no connection is left
};

// Listening sockets of one worker; not owned.
struct Doors {
  std::vector<int> plain;
  std::vector<int> tls;
};

using TlsIdentity = std::shared_ptr<const tls::ServerIdentity>;

class Worker {
 public:
  // `io` works here: the gateway has tried it. `on_change` is called on the worker's thread
  // whenever status() changed in a way that matters. `number` counts from 0; `book`, `rates` and
  // `clock` are shared by all workers. `tls` is null when there are no `doors.tls`. `access`: its
  // own way to the access log; null: there is none.
  Worker(const GatewayConfig& config, os::ReactorKind io, unsigned number, Doors doors,
         TlsIdentity tls, Random& random, const Clock& clock, ClientBook& book, RateBook& rates,
         AccessRing* access, std::function<void()> on_change);
  // Stops and joins.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Starts the thread and waits until it runs.
  Result<void> start();
  // Opens the doors, behind what adopt() was given before, and waits until they are open.
  Result<void> listen();

  // Any thread, after start().
  void adopt(uint64_t sequence, std::shared_ptr<const snapshot::Snapshot> snapshot);
  // New connections are shown these certificates.
  void serve_with(TlsIdentity identity);
  void drain(serve::IdleConnections idle);
  void stop();
  WorkerStatus status() const;
  WorkerMetrics& metrics() { return metrics_; }

 private:
  struct Parts;  // what lives on the worker's thread

  void run(std::promise<Result<void>>& started);
  Result<void> make_tls(Parts& parts);
  Result<void> listen(Parts& parts);
  bool changed(const Parts& parts) const;
  void publish(const Parts& parts);

  const GatewayConfig& config_;
  const os::ReactorKind io_;
  const unsigned number_;
  const Doors doors_;
  TlsIdentity tls_;  // the first; later ones belong to the worker's thread
  Random& random_;
  const Clock& clock_;
  ClientBook& book_;
  RateBook& rates_;
  AccessRing* const access_;
  const std::function<void()> on_change_;
  WorkerMetrics metrics_;
  std::atomic<uint64_t> adopted_{0};
  std::atomic<uint64_t> oldest_in_use_{0};
  std::atomic<uint64_t> oldest_held_{0};
  std::atomic<bool> drained_{false};
  std::thread thread_;
  os::Reactor* reactor_ = nullptr;  // set before start() returns, gone after join
  Parts* parts_ = nullptr;
};

}  // namespace slipway::gateway
