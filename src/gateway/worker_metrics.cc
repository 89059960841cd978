#include "gateway/worker_metrics.h"

namespace slipway::gateway {

std::string_view to_string(Failure failure) {
  static constexpr std::array<std::string_view, kFailures> kNames = {
      "unknown_deployment", "unauthorized", "rate_limited", "not_serving", "saturated",
      "too_large",          "connect",      "bad_reply",    "lost",        "timeout",
      "client_gone",        "control_away"};
  return kNames[static_cast<size_t>(failure)];
}

std::string_view code_class_label(size_t code_class) {
  static constexpr std::array<std::string_view, kCodeClasses> kNames = {"none", "1xx", "2xx",
                                                                        "3xx",  "4xx", "5xx"};
  return kNames[code_class];
}

void DeploymentShard::observe(int status, std::chrono::microseconds duration) {
  const auto code_class = static_cast<size_t>(status) / 100;
  requests[code_class < kCodeClasses ? code_class : kCodeClasses - 1].add();
  seconds.observe(duration);
}

std::shared_ptr<DeploymentShard> WorkerMetrics::shard_of(std::string_view deployment) {
  const std::lock_guard lock(mutex_);
  const auto found = shards_.find(deployment);
  if (found != shards_.end()) return found->second;
  return shards_.emplace(std::string(deployment), std::make_shared<DeploymentShard>())
      .first->second;
}

void WorkerMetrics::forget_unused_shards() {
  const std::lock_guard lock(mutex_);
  std::erase_if(shards_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

void GatewayMetrics::collect(telemetry::Scrape& scrape) const {
  const auto sum = [&](auto cell) {
    uint64_t total = 0;
    for (const WorkerMetrics* worker : workers_) total += cell(*worker);
    return total;
  };
  const auto of = [&](auto member) {
    return sum([&](const WorkerMetrics& w) { return static_cast<uint64_t>((w.*member).value()); });
  };

  struct Totals {
    std::array<uint64_t, kCodeClasses> requests{};
    telemetry::HistogramTotals seconds;
  };
  std::map<std::string, Totals, std::less<>> deployments;
  for (const WorkerMetrics* worker : workers_) {
    const std::lock_guard lock(worker->mutex_);
    for (const auto& [id, shard] : worker->shards_) {
      Totals& totals = deployments[id];
      for (size_t i = 0; i < kCodeClasses; ++i) totals.requests[i] += shard->requests[i].value();
      shard->seconds.add_to(totals.seconds);
    }
  }
  for (const auto& [id, totals] : deployments) {
    for (size_t i = 0; i < kCodeClasses; ++i) {
      if (totals.requests[i] == 0) continue;
      scrape.counter("slipway_gateway_predictions_total", "Prediction requests by their outcome.",
                     {{"deployment", id}, {"code", code_class_label(i)}}, totals.requests[i]);
    }
    scrape.histogram("slipway_gateway_prediction_seconds",
                     "From the head of a prediction request to the end of its answer.",
                     {{"deployment", id}}, totals.seconds);
  }
  for (size_t i = 0; i < kFailures; ++i) {
    scrape.counter("slipway_gateway_failures_total", "Requests that got no good answer, by cause.",
                   {{"cause", to_string(static_cast<Failure>(i))}},
                   sum([&](const WorkerMetrics& w) { return w.failures[i].value(); }));
  }
  using W = WorkerMetrics;
  scrape.counter("slipway_gateway_retries_total", "Second attempts at an upstream.", {},
                 of(&W::retries));
  scrape.counter("slipway_gateway_control_requests_total", "Requests passed on to control.", {},
                 of(&W::control_requests));
  scrape.counter("slipway_gateway_pauses_total", "Reads paused because the other side is slow.",
                 {{"side", "client"}}, of(&W::upload_pauses));
  scrape.counter("slipway_gateway_pauses_total", "", {{"side", "upstream"}}, of(&W::reply_pauses));
  scrape.gauge("slipway_gateway_in_flight", "Exchanges going on now.", {},
               static_cast<double>(of(&W::in_flight)));
  scrape.gauge("slipway_gateway_client_connections", "Open connections of clients.", {},
               static_cast<double>(of(&W::connections_open)));
  scrape.counter("slipway_gateway_client_connections_total", "Connections accepted.", {},
                 of(&W::connections_accepted));
  scrape.counter("slipway_gateway_requests_total", "Requests read.", {}, of(&W::requests));
  scrape.counter("slipway_gateway_refused_heads_total", "Requests that broke the rules of HTTP.",
                 {}, of(&W::refused_heads));
  scrape.counter("slipway_gateway_client_timeouts_total", "Clients that were too slow.", {},
                 of(&W::client_timeouts));
  scrape.counter("slipway_gateway_upstream_connections_total", "Upstream connections by origin.",
                 {{"origin", "new"}}, of(&W::upstream_connects));
  scrape.counter("slipway_gateway_upstream_connections_total", "", {{"origin", "pool"}},
                 of(&W::upstream_reuses));
  scrape.counter("slipway_gateway_upstream_stale_total",
                 "Idle upstream connections that the other side closed.", {},
                 of(&W::upstream_stale));
  scrape.gauge("slipway_gateway_upstream_idle", "Idle upstream connections.", {},
               static_cast<double>(of(&W::upstream_idle)));
}

}  // namespace slipway::gateway
