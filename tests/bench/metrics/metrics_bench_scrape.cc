// A gateway with many deployments: how long a scrape takes, and what requests feel of it. Prints
// JSON rows.
//
//   metrics_bench_scrape DEPLOYMENTS SECONDS

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

std::string name_of(int number) { return fmt::format("deployment-{:04}", number); }

std::string predict(int number) {
  return post("/deployment/" + name_of(number) + "/api/v1.0/predictions", "{}");
}

double part(std::vector<double>& values, double q) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<size_t>(q * static_cast<double>(values.size())))];
}

// Latencies of a paced client, a request each millisecond or as fast as it goes.
std::vector<double> paced(GatewayFixture& gateway, int deployments, std::chrono::seconds time) {
  Wire client = gateway.client();
  std::vector<double> out;
  const auto end = Clock::now() + time;
  auto next = Clock::now();
  for (int i = 0; Clock::now() < end; ++i) {
    next += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(next);
    const auto begin = Clock::now();
    client.send(predict(i % deployments));
    if (!client.read_message()) std::exit(1);
    out.push_back(ms_since(begin));
  }
  return out;
}

void run(int deployments, std::chrono::seconds time) {
  AutonomousUpstream model([](const Message&) { return reply("ok"); });
  GatewayFixture gateway([](gateway::GatewayConfig& config) { config.workers = 1; });
  std::vector<snapshot::Route> routes;
  for (int i = 0; i < deployments; ++i) {
    routes.push_back(route_to({model.port()}, name_of(i)));
  }
  gateway.serve(routes);
  {
    Wire client = gateway.client();
    for (int i = 0; i < deployments; ++i) {
      client.send(predict(i));
      if (!client.read_message()) std::exit(1);
    }
  }
  auto alone = paced(gateway, deployments, time);
  std::vector<double> scrapes;
  size_t bytes = 0;
  std::atomic<bool> ending{false};
  std::thread scraper([&] {
    while (!ending) {
      const auto begin = Clock::now();
      Wire admin = Wire::connect_to(gateway.admin_port());
      admin.send(get("/metrics", "Connection: close\r\n"));
      const auto page = admin.read_message();
      if (!page) std::exit(1);
      bytes = page->body.size();
      scrapes.push_back(ms_since(begin));
      std::this_thread::sleep_until(begin + std::chrono::seconds(1));
    }
  });
  auto beside = paced(gateway, deployments, time);
  ending = true;
  scraper.join();

  std::string out = "[";
  const auto row = [&](const std::string& what, double value, const char* unit, const char* limit) {
    out += fmt::format(
        "{}{{\"case\": \"{} deployments: {}\", \"subject\": \"slipway\", \"value\": "
        "{:.2f}, \"unit\": \"{}\", \"limit\": \"{}\"}}",
        out.size() > 1 ? ",\n" : "", deployments, what, value, unit, limit);
  };
  row("a scrape of the gateway, median", part(scrapes, 0.5), "ms", "< 100");
  row("a scrape, its size", static_cast<double>(bytes) / 1024 / 1024, "MiB", "");
  row("p50 of requests without scrapes", part(alone, 0.5), "ms", "");
  row("p50 of requests with a scrape a second", part(beside, 0.5), "ms", "");
  row("p99 of requests without scrapes", part(alone, 0.99), "ms", "");
  row("p99 of requests with a scrape a second", part(beside, 0.99), "ms", "");
  std::puts((out + "]").c_str());
}

}  // namespace
}  // namespace slipway::test

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: metrics_bench_scrape DEPLOYMENTS SECONDS\n");
    return 2;
  }
  slipway::test::run(std::atoi(argv[1]), std::chrono::seconds(std::atoi(argv[2])));
  return 0;
}
