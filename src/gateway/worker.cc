#include "gateway/worker.h"

#include <chrono>
#include <utility>

#include "gateway/client_gate.h"
#include "gateway/proxy_exchange.h"
#include "gateway/route_directory.h"
#include "gateway/upstream_pool.h"
#include "gateway/worker_random.h"
#include "serve/problem.h"

namespace slipway::gateway {
namespace {

// Old enough for idle connections of a second, seldom enough to cost nothing.
constexpr std::chrono::milliseconds kTidyPeriod{200};
// While draining: how fast the end is noticed.
constexpr std::chrono::milliseconds kDrainPeriod{10};

}  // namespace

struct Worker::Parts {
  Parts(Worker& owner, os::Reactor& loop)
      : worker(owner),
        reactor(loop),
        pool(loop, owner.config_.pool),
        routes(
            pool, owner.metrics_, owner.book_, owner.rates_, owner.config_.workers,
            [this] { worker.publish(*this); }, owner.config_.replica_sockets),
        random(owner.random_.next_u64()),
        puids(owner.random_),
        clients(owner.clock_, owner.number_),
        exchanges({loop, pool, routes, clients, owner.metrics_, owner.access_, random, puids,
                   owner.config_.control ? &control : nullptr, owner.config_.exchange}),
        server(serve::make_server(loop, exchanges, owner.config_.server)),
        tidy([](void* self) { static_cast<Parts*>(self)->on_tidy(); }, this) {
    if (owner.config_.control) control.address = *owner.config_.control;
    control.tables = 1;  // it never leaves
  }
  ~Parts() {
    server.reset();  // connections end first: they hold exchanges, which hold upstreams
    pool.close_idle(control);
  }

  void on_tidy() {
    routes.tidy(reactor.now());
    worker.metrics_.spares.refill();
    pool.sweep();
    carry_on();
    copy_counters();
    if (draining) worker.publish(*this);
    reactor.arm(tidy, draining ? kDrainPeriod : kTidyPeriod);
  }

  // Goes on with what the directory has to do, a step a turn.
  void carry_on() {
    if (!routes.has_steps() || std::exchange(stepping, true)) return;
    reactor.post([this] {
      stepping = false;
      routes.step(reactor.now());
      if (worker.changed(*this)) worker.publish(*this);
      carry_on();
    });
  }

  void copy_counters() {
    WorkerMetrics& metrics = worker.metrics_;
    const serve::ServerCounters& served = server->counters();
    metrics.connections_open.set(static_cast<int64_t>(served.connections_open));
    metrics.connections_accepted.set(static_cast<int64_t>(served.connections_accepted));
    for (size_t http2 = 0; http2 < 2; ++http2) {
      for (size_t encrypted = 0; encrypted < 2; ++encrypted) {
        const serve::ProtocolCounters& from = served.protocols[http2][encrypted];
        WorkerMetrics::ProtocolGauges& to = metrics.protocols[http2][encrypted];
        to.open.set(static_cast<int64_t>(from.open));
        to.accepted.set(static_cast<int64_t>(from.accepted));
      }
    }
    metrics.http2_floods.set(static_cast<int64_t>(served.http2_floods));
    metrics.websockets_open.set(static_cast<int64_t>(routes.switched().size()));
    metrics.requests.set(static_cast<int64_t>(served.requests));
    metrics.refused_heads.set(static_cast<int64_t>(served.refused_heads));
    metrics.client_timeouts.set(static_cast<int64_t>(served.timeouts));
    if (tls != nullptr) {
      const tls::ServerTlsCounters& counted = tls->counters();
      metrics.tls_handshakes.set(static_cast<int64_t>(counted.handshakes - counted.resumed));
      metrics.tls_resumed.set(static_cast<int64_t>(counted.resumed));
      metrics.tls_failed.set(static_cast<int64_t>(counted.failed_handshakes));
      metrics.tls_plain.set(static_cast<int64_t>(counted.plain_requests));
      metrics.tls_broken.set(static_cast<int64_t>(counted.broken));
    }
    metrics.upstream_connects.set(static_cast<int64_t>(pool.counters().connects.value()));
    metrics.upstream_reuses.set(static_cast<int64_t>(pool.counters().reuses.value()));
    metrics.upstream_stale.set(static_cast<int64_t>(pool.counters().stale.value()));
    metrics.upstream_idle.set(pool.counters().idle.value());
  }

  Worker& worker;
  os::Reactor& reactor;
  UpstreamPool pool;
  RouteDirectory routes;
  QuickRandom random;
  PuidSource puids;
  ClientGate clients;
  Upstream control{"control", os::UnixAddress{}};
  ExchangePool exchanges;
  std::unique_ptr<tls::ServerContext> tls;
  std::unique_ptr<serve::Server> server;
  os::Timer tidy;
  bool draining = false;
  bool stepping = false;
};

Worker::Worker(const GatewayConfig& config, os::ReactorKind io, unsigned number, Doors doors,
               TlsIdentity tls, Random& random, const Clock& clock, ClientBook& book,
               RateBook& rates, AccessRing* access, std::function<void()> on_change)
    : config_(config),
      io_(io),
      number_(number),
      doors_(std::move(doors)),
      tls_(std::move(tls)),
      random_(random),
      clock_(clock),
      book_(book),
      rates_(rates),
      access_(access),
      on_change_(std::move(on_change)) {}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  stop();
  thread_.join();
}

Result<void> Worker::start() {
  std::promise<Result<void>> started;
  auto outcome = started.get_future();
  thread_ = std::thread([this, &started] { run(started); });
  Result<void> result = outcome.get();
  if (!result) thread_.join();
  return result;
}

void Worker::run(std::promise<Result<void>>& started) {
  auto reactor = os::make_reactor(io_);
  if (!reactor) return started.set_value(fail(reactor.error()));
  {
    Parts parts(*this, **reactor);
    if (Result<void> made = make_tls(parts); !made) return started.set_value(std::move(made));
    parts.reactor.arm(parts.tidy, kTidyPeriod);
    reactor_ = reactor->get();
    parts_ = &parts;
    started.set_value({});
    (*reactor)->run();
  }
}

Result<void> Worker::make_tls(Parts& parts) {
  if (doors_.tls.empty()) return {};
  TRY_ASSIGN(parts.tls, tls::ServerContext::make(*tls_, serve::plain_http_refusal()));
  tls_.reset();
  return {};
}

Result<void> Worker::listen() {
  std::promise<Result<void>> listening;
  auto outcome = listening.get_future();
  reactor_->post([&] { listening.set_value(listen(*parts_)); });
  return outcome.get();
}

Result<void> Worker::listen(Parts& parts) {
  for (const int fd : doors_.plain) TRY(parts.server->listen(fd));
  for (const int fd : doors_.tls) TRY(parts.server->listen(fd, *parts.tls));
  return {};
}

void Worker::serve_with(TlsIdentity identity) {
  reactor_->post([this, identity = std::move(identity)] {
    // The gateway has proved them before: what fails here is memory, and the old ones stay.
    if (parts_->tls != nullptr) (void)parts_->tls->replace(*identity);
  });
}

void Worker::adopt(uint64_t sequence, std::shared_ptr<const snapshot::Snapshot> snapshot) {
  reactor_->post([this, sequence, snapshot = std::move(snapshot)]() mutable {
    RouteDirectory& routes = parts_->routes;
    // Nobody is served yet, so nobody waits, and the doors open behind this.
    if (routes.current() == nullptr) {
      routes.adopt(sequence, std::move(snapshot), parts_->reactor.now());
      return publish(*parts_);
    }
    routes.begin_adoption(sequence, std::move(snapshot));
    parts_->carry_on();
  });
}

void Worker::drain(serve::IdleConnections idle) {
  reactor_->post([this, idle] {
    parts_->draining = true;
    parts_->server->drain(idle);
    parts_->on_tidy();
  });
}

void Worker::stop() { reactor_->stop(); }

bool Worker::changed(const Parts& parts) const {
  const WorkerStatus told = status();
  return told.adopted != parts.routes.adopted_sequence() ||
         told.oldest_in_use != parts.routes.oldest_sequence_in_use() ||
         told.oldest_held != parts.routes.oldest_sequence_held();
}

void Worker::publish(const Parts& parts) {
  adopted_.store(parts.routes.adopted_sequence(), std::memory_order_relaxed);
  oldest_in_use_.store(parts.routes.oldest_sequence_in_use(), std::memory_order_relaxed);
  oldest_held_.store(parts.routes.oldest_sequence_held(), std::memory_order_relaxed);
  drained_.store(parts.draining && parts.server->open_connections() == 0,
                 std::memory_order_relaxed);
  on_change_();
}

WorkerStatus Worker::status() const {
  return {adopted_.load(std::memory_order_relaxed), oldest_in_use_.load(std::memory_order_relaxed),
          oldest_held_.load(std::memory_order_relaxed), drained_.load(std::memory_order_relaxed)};
}

}  // namespace slipway::gateway
