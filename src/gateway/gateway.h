#pragma once
// The front door: workers that serve, the feed that brings them snapshots, and the admin pages.
//
// A Gateway is used from one thread, the one that calls run(); stop() and drain() may be called
// from any. It owns no socket: those are handed in and stay open when it goes, so that the next
// gateway can serve from the same queue.

#include <atomic>
#include <chrono>
#include <csignal>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "gateway/access_log.h"
#include "gateway/admin.h"
#include "gateway/certificates.h"
#include "gateway/client_book.h"
#include "gateway/feed.h"
#include "gateway/gateway_config.h"
#include "gateway/gateway_metrics.h"
#include "gateway/rate_book.h"
#include "gateway/snapshot_file.h"
#include "gateway/traffic_report.h"
#include "gateway/worker.h"
#include "os/reactor.h"
#include "serve/server.h"

namespace slipway::gateway {

class Gateway {
 public:
  // `clock` tells when clients' tokens end.
  Gateway(const GatewayConfig& config, const Logger& log, const Clock& clock, Random& random);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Starts to serve, with the snapshot on disk when there is one. To be called on the thread that
  // will call run().
  Result<void> start();
  // Until stop(), or until a drain has ended.
  void run();

  // Any thread. Accepts no more, lets requests in flight end, returns from run() when all have or
  // when the drain timeout has passed.
  void drain();
  // The same when another gateway goes on at these sockets: connections that are idle are served
  // once more before they close, and control is told at the end that this gateway has left.
  void hand_over();
  void stop();

  // The version that every worker routes by; 0 before the first. Any thread.
  uint64_t adopted_version() const { return adopted_version_.load(std::memory_order_acquire); }
  const GatewayMetrics& metrics() const { return metrics_; }
  os::Reactor& reactor() { return *reactor_; }

 private:
  // One snapshot that was handed to the workers.
  struct Adoption {
    uint64_t sequence = 0;
    std::shared_ptr<const snapshot::Snapshot> snapshot;
  };

  Result<void> open_doors();
  void tell_ready();
  void begin_drain(serve::IdleConnections idle);
  void on_drain_timeout();
  void adopt(const std::shared_ptr<const snapshot::Snapshot>& snapshot);
  // Any thread: look at the workers' status soon.
  void notice_change();
  void on_worker_change();
  // What it serves by, for /metrics. Read on the main reactor, like all that it tells of.
  class SnapshotMetrics final : public telemetry::MetricSource {
   public:
    explicit SnapshotMetrics(const Gateway& gateway) : gateway_(gateway) {}
    void collect(telemetry::Scrape& scrape) const override;

   private:
    const Gateway& gateway_;
  };

  // Brings ack_ up to what all workers have in common.
  void update_ack();
  // Control hears what was counted last, if it answers at once; then run() returns.
  void end_drain();
  // Sets io_; fails only when io_uring is demanded and cannot be had.
  Result<void> choose_io();
  // The worker's share of sockets.
  std::vector<int> share(const std::vector<int>& all, unsigned worker) const;

  const GatewayConfig config_;
  Logger log_;
  const Clock& clock_;
  Random& random_;
  SnapshotFile file_;
  std::unique_ptr<os::Reactor> reactor_;
  std::unique_ptr<Certificates> certificates_;  // null: no TLS
  ClientBook book_;
  RateBook rates_;
  std::unique_ptr<AccessLog> access_log_;  // null: there is none; outlives the workers
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<const WorkerMetrics*> worker_metrics_;
  GatewayMetrics metrics_{{}};
  SnapshotMetrics snapshot_metrics_{*this};
  std::unique_ptr<AdminPages> admin_pages_;
  std::unique_ptr<serve::Server> admin_;
  std::unique_ptr<Feed> feed_;
  std::unique_ptr<TrafficReporter> traffic_;
  os::Timer drain_timer_;
  // From the oldest that a worker may hold to the newest. They die here: to free thousands of
  // routes takes a while, and requests would wait for it on a worker's thread.
  std::deque<Adoption> adoptions_;
  os::ReactorKind io_ = os::ReactorKind::kEpoll;  // of the workers
  uint64_t sequence_ = 0;
  int64_t published_at_micros_ = 0;  // of the version that every worker has adopted
  snapshot::Ack ack_;
  std::atomic<uint64_t> adopted_version_{0};
  std::atomic<bool> change_posted_{false};
  bool open_ = false;
  bool ready_told_ = false;
  bool draining_ = false;
  bool handing_over_ = false;
  bool idle_closed_ = false;
  bool drained_ = false;
};

// Asks a gateway process to hand over.
inline constexpr int kHandOverSignal = SIGUSR1;

// All of the gateway process but the parsing of its configuration: serves until SIGTERM, SIGINT or
// kHandOverSignal (which must be blocked in every thread), drains, and returns the exit code.
int run_gateway(const GatewayConfig& config, const Logger& log, Clock& clock, Random& random);

}  // namespace slipway::gateway
