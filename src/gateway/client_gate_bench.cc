// What the check of a credential costs: remembered, computed, computed among many, and refused.
// Wall time is noisy on shared machines: compare the cases of one run.
#include <benchmark/benchmark.h>

#include "gateway/client_gate.h"
#include "gateway/upstream_pool.h"
#include "gateway/upstream_request.h"
#include "http/authorization.h"
#include "http/h1_head_parser.h"
#include "os/system_clock.h"

namespace slipway::gateway {
namespace {

constexpr std::string_view kToken = "slc_0123456789abcdef0123456789abcdef0123456789a";

struct Scene {
  explicit Scene(int clients) {
    auto made = std::make_shared<snapshot::Snapshot>();
    made->version = 1;
    made->control_id = "bench";
    made->digest_key.fill(7);
    snapshot::Route route;
    route.deployment = "iris";
    route.access = snapshot::Access::kPrivate;
    for (int i = 0; i < clients; ++i) {
      snapshot::Client client;
      client.name = "c" + std::to_string(i);
      client.digest =
          snapshot::token_digest(i == 0 ? std::string(kToken) : client.name, made->digest_key);
      route.clients.push_back(client);
    }
    made->routes = {route};
    made->sort_routes();
    routes.adopt(1, made, reactor->now());
    table = routes.current();
    local = table->find("iris");
  }

  std::unique_ptr<os::Reactor> reactor = os::make_reactor().value();
  UpstreamPool pool{*reactor, PoolLimits()};
  WorkerMetrics metrics;
  ClientBook book{1};
  RateBook rates;
  RouteDirectory routes{pool, metrics, book, rates, 1, [] {}};
  os::SystemClock clock;
  ClientGate gate{clock, 0};
  const RouteTable* table = nullptr;
  const LocalRoute* local = nullptr;
};

void check(benchmark::State& state, Scene& scene, const std::string& value) {
  http::Fields fields;
  fields.add({http::HeaderId::kAuthorization, "authorization", value});
  const Monotonic now = scene.clock.monotonic();
  for (auto _ : state) {
    benchmark::DoNotOptimize(scene.gate.check(*scene.table, *scene.local, fields, now));
  }
}

void remembered_basic(benchmark::State& state) {
  Scene scene(static_cast<int>(state.range(0)));
  check(state, scene, http::basic_authorization("c0", kToken));
}
BENCHMARK(remembered_basic)->Arg(1)->Arg(1000);

void remembered_bearer(benchmark::State& state) {
  Scene scene(1);
  check(state, scene, "Bearer " + std::string(kToken));
}
BENCHMARK(remembered_bearer);

// Blanks in front make the value too long to be remembered.
void computed_basic(benchmark::State& state) {
  Scene scene(static_cast<int>(state.range(0)));
  std::string value = http::basic_authorization("c0", kToken);
  value.insert(6, std::string(200, ' '));
  check(state, scene, value);
}
BENCHMARK(computed_basic)->Arg(1)->Arg(100)->Arg(1000);

void refused_bearer(benchmark::State& state) {
  Scene scene(static_cast<int>(state.range(0)));
  check(state, scene, "Bearer slc_wrong");
}
BENCHMARK(refused_bearer)->Arg(1)->Arg(1000);

constexpr std::string_view kRequest =
    "POST /deployment/iris/api/v1.0/predictions HTTP/1.1\r\nHost: models.example.com\r\n"
    "User-Agent: python-requests/2.31.0\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\n"
    "Connection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 1024\r\n\r\n";

void head_for_a_model(benchmark::State& state) {
  http::RequestHead head;
  http::parse_request_head(kRequest, {}, head);
  std::string out;
  for (auto _ : state) {
    out.clear();
    write_model_request(out, head, {.target = "/predict", .puid = "puid", .peer = "10.1.2.3:5555"});
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(head_for_a_model);

}  // namespace
}  // namespace slipway::gateway
