// How long a worker's requests wait at most while a snapshot of many deployments takes another's
// place: the longest step, in microseconds of the thread's own time.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>

#include "gateway/route_directory.h"
#include "os/heap.h"
#include "os/reactor.h"

namespace slipway::gateway {
namespace {

std::shared_ptr<const snapshot::Snapshot> snapshot_of(int64_t deployments) {
  auto made = std::make_shared<snapshot::Snapshot>();
  made->version = 1;
  made->control_id = "bench";
  for (int64_t i = 0; i < deployments; ++i) {
    snapshot::Route route;
    route.deployment = "deployment-" + std::to_string(i);
    route.access = snapshot::Access::kPrivate;
    for (uint16_t port = 1; port <= 2; ++port) {
      route.replicas.push_back({"replica-" + std::to_string(port), "10.0.0.1", port, "image"});
    }
    snapshot::Client client;
    client.name = "client";
    route.clients.push_back(client);
    made->routes.push_back(route);
  }
  made->sort_routes();
  return made;
}

double thread_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

void longest_step(benchmark::State& state) {
  os::join_freed_blocks_at_once();
  const auto reactor = os::make_reactor().value();
  UpstreamPool pool{*reactor, PoolLimits()};
  WorkerMetrics metrics;
  ClientBook book{1};
  RateBook rates;
  RouteDirectory routes{pool, metrics, book, rates, 1, [] {}};
  uint64_t sequence = 0;
  auto held = snapshot_of(state.range(0));  // as the gateway holds it until it is let go
  routes.adopt(++sequence, held, reactor->now());
  double longest = 0;
  int64_t steps = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto next = snapshot_of(state.range(0));
    state.ResumeTiming();
    routes.begin_adoption(++sequence, next);
    for (bool more = true; more; ++steps) {
      const double before = thread_seconds();
      more = routes.step(reactor->now());
      longest = std::max(longest, thread_seconds() - before);
    }
    const double before = thread_seconds();
    routes.tidy(reactor->now());
    pool.sweep();
    longest = std::max(longest, thread_seconds() - before);
    state.PauseTiming();
    held = std::move(next);
    state.ResumeTiming();
  }
  state.counters["longest_us"] = longest * 1e6;
  state.counters["steps"] = static_cast<double>(steps) / static_cast<double>(state.iterations());
}
BENCHMARK(longest_step)->Arg(32)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace slipway::gateway
