#include "gateway/gateway.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "os/heap.h"
#include "os/signals.h"

namespace slipway::gateway {
namespace {

// At the end of a hand-over, for those connections that were closed only then.
constexpr std::chrono::milliseconds kClosingTime{1'000};

// How long control may be away and still hear what was counted: it is replaced with the gateway.
constexpr std::chrono::milliseconds kTellingTime{10'000};

}  // namespace

Gateway::Gateway(const GatewayConfig& config, const Logger& log, const Clock& clock, Random& random)
    : config_(config),
      log_(log.named("gateway")),
      clock_(clock),
      random_(random),
      file_(config.working_dir, log),
      book_(std::max(1u, config.workers)),
      drain_timer_([](void* self) { static_cast<Gateway*>(self)->on_drain_timeout(); }, this) {
  ack_.gateway_id = config_.id;
  ack_.metrics_at = config_.admin_address;
}

Gateway::~Gateway() {
  // Workers tell the main reactor about changes: they end first.
  workers_.clear();
  traffic_.reset();
  feed_.reset();
  admin_.reset();
}

std::vector<int> Gateway::share(const std::vector<int>& all, unsigned worker) const {
  std::vector<int> mine;
  if (all.empty()) return mine;
  if (worker >= all.size()) return {all[worker % all.size()]};
  for (size_t i = worker; i < all.size(); i += config_.workers) mine.push_back(all[i]);
  return mine;
}

Result<void> Gateway::choose_io() {
  if (config_.io == os::ReactorKind::kEpoll) return {};
  const Result<void> usable = os::probe_io_uring();
  if (usable) {
    io_ = os::ReactorKind::kIoUring;
  } else if (config_.io) {
    return fail(usable.error().within("io_uring is demanded and cannot be had; choose auto"));
  } else {
    log_.info("io_uring cannot be used here, epoll is", {{"reason", usable.error().message}});
  }
  return {};
}

Result<void> Gateway::start() {
  TRY_ASSIGN(reactor_, os::make_reactor());
  TRY(choose_io());
  if (config_.access_log_bytes > 0) {
    access_log_ = std::make_unique<AccessLog>(
        AccessFile(config_.working_dir / "access.log", config_.access_log_bytes),
        std::max(1u, config_.workers), clock_, log_);
  }
  if (!config_.tls_fds.empty()) {
    TRY_ASSIGN(certificates_, Certificates::make(*reactor_, config_.certificates_fd, log_));
  }
  for (unsigned i = 0; i < std::max(1u, config_.workers); ++i) {
    const Doors doors{share(config_.listen_fds, i), share(config_.tls_fds, i)};
    AccessRing* const access = access_log_ == nullptr ? nullptr : &access_log_->ring(i);
    workers_.push_back(std::make_unique<Worker>(
        config_, io_, i, doors, certificates_ ? certificates_->identity() : nullptr, random_,
        clock_, book_, rates_, access, [this] { notice_change(); }));
    if (config_.control_feed) workers_.back()->metrics().keep_until_taken();
    worker_metrics_.push_back(&workers_.back()->metrics());
  }
  metrics_ = GatewayMetrics(worker_metrics_);
  for (const auto& worker : workers_) TRY(worker->start());
  if (certificates_ != nullptr) {
    TRY(certificates_->watch([this](const TlsIdentity& identity) {
      for (const auto& worker : workers_) worker->serve_with(identity);
      ack_.certificates = certificates_->served();
      if (feed_ != nullptr) feed_->acknowledge(ack_);
    }));
    ack_.certificates = certificates_->served();
  }
  const auto kept = file_.load();
  if (kept != nullptr) {
    log_.info("serving from the kept snapshot", {{"version", kept->version}});
    adopt(kept);
  }
  if (config_.ready_fd < 0 || kept != nullptr) TRY(open_doors());
  // The doors open behind the adoption: control shall not hear of a gateway without routes.
  if (kept != nullptr) update_ack();
  if (config_.admin_fd >= 0) {
    std::vector<const telemetry::MetricSource*> sources = {&metrics_, &book_, &snapshot_metrics_};
    if (access_log_ != nullptr) sources.push_back(access_log_.get());
    if (certificates_ != nullptr) sources.push_back(certificates_.get());
    admin_pages_ =
        std::make_unique<AdminPages>(std::move(sources), [this] { return adopted_version() > 0; });
    admin_ = serve::make_server(*reactor_, *admin_pages_, {});
    if (config_.ready_fd < 0) TRY(admin_->listen(config_.admin_fd));
  }
  if (config_.control_feed) {
    feed_ = std::make_unique<Feed>(*reactor_, *config_.control_feed, random_, log_,
                                   [this](const std::shared_ptr<const snapshot::Snapshot>& snapshot,
                                          std::string_view encoded) {
                                     log_.debug("snapshot", {{"version", snapshot->version}});
                                     adopt(snapshot);
                                     file_.save(encoded);
                                   });
    feed_->start(ack_);
    traffic_ = std::make_unique<TrafficReporter>(*reactor_, *config_.control_feed, config_.id,
                                                 random_, TrafficTally(worker_metrics_, book_),
                                                 config_.report_period, log_);
  }
  log_.info("serving", {{"workers", uint64_t{workers_.size()}}, {"io", os::to_string(io_)}});
  return {};
}

void Gateway::run() { reactor_->run(); }

void Gateway::stop() { reactor_->stop(); }

Result<void> Gateway::open_doors() {
  if (std::exchange(open_, true)) return {};
  for (const auto& worker : workers_) TRY(worker->listen());
  return {};
}

void Gateway::tell_ready() {
  if (config_.ready_fd < 0 || draining_ || std::exchange(ready_told_, true)) return;
  Result<void> opened = open_doors();
  if (opened && admin_ != nullptr) opened = admin_->listen(config_.admin_fd);
  if (!opened) {
    // Whoever waits sees it end.
    log_.error("the doors cannot be opened", {{"error", opened.error().message}});
    return reactor_->stop();
  }
  log_.info("serving beside the gateway that was here before");
  (void)!::write(config_.ready_fd, "r", 1);
}

void Gateway::drain() {
  reactor_->post([this] { begin_drain(serve::IdleConnections::kClose); });
}

void Gateway::hand_over() {
  reactor_->post([this] {
    if (draining_) return;
    handing_over_ = true;
    file_.leave();
    // The pages are the other's from now on.
    if (admin_ != nullptr) admin_->drain(serve::IdleConnections::kClose);
    ack_.metrics_at.clear();
    if (feed_ != nullptr) feed_->acknowledge(ack_);
    begin_drain(serve::IdleConnections::kServeOnce);
  });
}

void Gateway::begin_drain(serve::IdleConnections idle) {
  const bool closes_idle = idle == serve::IdleConnections::kClose;
  if (draining_ && (idle_closed_ || !closes_idle)) return;
  log_.info(closes_idle ? "draining" : "handing over");
  draining_ = true;
  idle_closed_ = closes_idle;
  // The feed goes on: control must know which replicas are still needed.
  reactor_->arm(drain_timer_, config_.drain_timeout);
  for (const auto& worker : workers_) worker->drain(idle);
}

void Gateway::on_drain_timeout() {
  if (!idle_closed_) {
    // What has been silent for so long is closed; requests in flight keep their cut.
    idle_closed_ = true;
    for (const auto& worker : workers_) worker->drain(serve::IdleConnections::kClose);
    return reactor_->arm(drain_timer_, kClosingTime);
  }
  log_.warn("requests were still in flight when the drain timeout passed");
  end_drain();
}

void Gateway::adopt(const std::shared_ptr<const snapshot::Snapshot>& snapshot) {
  adoptions_.push_back({++sequence_, snapshot});
  for (const auto& worker : workers_) worker->adopt(sequence_, snapshot);
}

void Gateway::update_ack() {
  uint64_t adopted = sequence_;
  uint64_t oldest = sequence_;
  uint64_t held = sequence_;
  for (const auto& worker : workers_) {
    const WorkerStatus status = worker->status();
    adopted = std::min(adopted, status.adopted);
    oldest = std::min(oldest, status.oldest_in_use);
    held = std::min(held, status.oldest_held);
  }
  while (adoptions_.size() > 1 && adoptions_.front().sequence < held) adoptions_.pop_front();
  for (const Adoption& adoption : adoptions_) {
    if (adoption.sequence != adopted) continue;
    ack_.adopted_version = adoption.snapshot->version;
    ack_.control_id = adoption.snapshot->control_id;
    published_at_micros_ = adoption.snapshot->published_at_micros;
  }
  // Versions of another control store say nothing to this one: 0 promises nothing.
  const snapshot::Snapshot& first =
      *std::find_if(adoptions_.begin(), adoptions_.end() - 1, [&](const Adoption& adoption) {
         return adoption.sequence >= oldest;
       })->snapshot;
  ack_.oldest_in_use_version = oldest > 0 && first.control_id == ack_.control_id
                                   ? std::min(first.version, ack_.adopted_version)
                                   : 0;
  adopted_version_.store(ack_.adopted_version, std::memory_order_release);
}

void Gateway::SnapshotMetrics::collect(telemetry::Scrape& scrape) const {
  const Gateway& g = gateway_;
  scrape.gauge("slipway_gateway_io_info", "1; how workers do their I/O.",
               {{"io", os::to_string(g.io_)}}, 1);
  scrape.gauge("slipway_gateway_snapshot_version", "Of the snapshot that every worker routes by.",
               {}, static_cast<double>(g.ack_.adopted_version));
  if (g.published_at_micros_ > 0) {
    const std::chrono::duration<double> now = g.clock_.now().time_since_epoch();
    scrape.gauge("slipway_gateway_snapshot_age_seconds",
                 "Since control published it; old is good as long as control is connected.", {},
                 now.count() - static_cast<double>(g.published_at_micros_) / 1e6);
  }
  if (g.feed_ != nullptr) {
    scrape.gauge("slipway_gateway_control_connected",
                 "1 while control answers and new snapshots would come.", {},
                 g.feed_->connected() ? 1 : 0);
  }
}

void Gateway::notice_change() {
  // One message for any number of changes until it is read.
  if (change_posted_.exchange(true)) return;
  reactor_->post([this] {
    change_posted_.store(false);
    on_worker_change();
  });
}

void Gateway::on_worker_change() {
  if (!adoptions_.empty()) {
    update_ack();
    if (feed_ != nullptr) feed_->acknowledge(ack_);
    if (ack_.adopted_version > 0) tell_ready();
  }
  if (!draining_) return;
  const bool all = std::all_of(workers_.begin(), workers_.end(),
                               [](const auto& worker) { return worker->status().drained; });
  if (!all) return;
  if (!drained_) log_.info("drained");
  end_drain();
}

void Gateway::end_drain() {
  if (std::exchange(drained_, true)) return;
  reactor_->disarm(drain_timer_);
  const auto leave = [this] {
    if (!handing_over_ || feed_ == nullptr) return reactor_->stop();
    feed_->leave([this] { reactor_->stop(); });
  };
  if (traffic_ == nullptr) return leave();
  traffic_->finish(handing_over_ ? kTellingTime : std::chrono::milliseconds(0), leave);
}

int run_gateway(const GatewayConfig& config, const Logger& log, Clock& clock, Random& random) {
  os::join_freed_blocks_at_once();
  Gateway gateway(config, log, clock, random);
  const Result<void> started = gateway.start();
  if (!started) {
    log.error("the gateway cannot start", {{"error", started.error().message}});
    return 1;
  }
  auto signals = os::SignalWatch::start(gateway.reactor(), {SIGTERM, SIGINT, kHandOverSignal},
                                        [&](int signal) {
                                          if (signal == kHandOverSignal)
                                            gateway.hand_over();
                                          else
                                            gateway.drain();
                                        });
  if (!signals) {
    log.error("the gateway cannot start", {{"error", signals.error().message}});
    return 1;
  }
  gateway.run();
  return 0;
}

}  // namespace slipway::gateway
