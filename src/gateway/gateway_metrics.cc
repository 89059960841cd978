#include "gateway/gateway_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "snapshot/model_name.h"

namespace slipway::gateway {
namespace {

// Seldon's words for what a deployment here always is: one predictor with one model.
constexpr std::string_view kPredictor = "deploy";
constexpr std::string_view kModel = "model";

// Where a replica is called: the path, as Seldon names it.
std::string_view path_of(Service service) {
  switch (service) {
    case Service::kPredictions:
      return "/predict";
    case Service::kFeedback:
      return "/send-feedback";
    case Service::kStatus:
      return "/health/status";
    case Service::kMetadata:
      return "/metadata";
    case Service::kOther:
      break;
  }
  return "other";
}

// As Seldon says it, where a service has one; a path of the image's own may be asked by any.
std::string_view method_of(Service service) {
  switch (service) {
    case Service::kPredictions:
    case Service::kFeedback:
      return "post";
    case Service::kStatus:
    case Service::kMetadata:
      return "get";
    case Service::kOther:
      break;
  }
  return "other";
}

using SeriesTotals = std::map<std::pair<Service, uint16_t>, telemetry::HistogramTotals>;

void add(SeriesTotals& totals, const SeriesList& list) {
  list.for_each([&](const RequestSeries& series) {
    series.seconds.add_to(totals[{series.service, series.code}]);
  });
}

template <size_t kSize>
using Counts = std::array<uint64_t, kSize>;

template <size_t kSize>
void add(Counts<kSize>& totals, const std::array<telemetry::Counter, kSize>& counters) {
  for (size_t i = 0; i < kSize; ++i) totals[i] += counters[i].value();
}

// A series for each that has happened: most never do.
template <size_t kSize, typename NameOf>
void show(telemetry::Scrape& scrape, std::string_view name, std::string_view help,
          std::string_view deployment, std::string_view label, const Counts<kSize>& counts,
          const NameOf& name_of) {
  for (size_t i = 0; i < kSize; ++i) {
    if (counts[i] == 0) continue;
    scrape.counter(name, help, {{"deployment_name", deployment}, {label, name_of(i)}}, counts[i]);
  }
}

template <typename Enum>
std::string_view name_of(size_t i) {
  return to_string(static_cast<Enum>(i));
}

struct EjectionTotals {
  int64_t ejected = 0;
  uint64_t last_resorts = 0;
  Counts<kFaults> ejections{};
  Counts<kTrialEnds> trials{};

  void add_worker(const EjectionCounts& counts) {
    // Each worker judges for itself, mostly the same replicas: a sum would count these twice.
    ejected = std::max(ejected, counts.ejected.value());
    last_resorts += counts.last_resorts.value();
    add(ejections, counts.by_fault);
    add(trials, counts.trials);
  }
};

void show(telemetry::Scrape& scrape, std::string_view deployment, const EjectionTotals& totals) {
  scrape.gauge("slipway_gateway_ejected_replicas",
               "Replicas that are passed over, by the worker that passes over most.",
               {{"deployment_name", deployment}}, static_cast<double>(totals.ejected));
  show(scrape, "slipway_gateway_ejections_total",
       "Times that a worker began to pass over a replica, by the last fault.", deployment, "cause",
       totals.ejections, name_of<Fault>);
  show(scrape, "slipway_gateway_ejection_trials_total",
       "Requests that found out whether an ejected replica is well again.", deployment, "outcome",
       totals.trials, name_of<TrialEnd>);
  if (totals.last_resorts == 0) return;
  scrape.counter("slipway_gateway_ejected_attempts_total",
                 "Requests sent to an ejected replica, since no other was free.",
                 {{"deployment_name", deployment}}, totals.last_resorts);
}

}  // namespace

void GatewayMetrics::collect(telemetry::Scrape& scrape) const {
  collect_deployments(scrape);
  collect_models(scrape);
  collect_workers(scrape);
}

void GatewayMetrics::collect_deployments(telemetry::Scrape& scrape) const {
  struct Totals {
    SeriesTotals requests;
    telemetry::HistogramTotals first_byte;
    telemetry::HistogramTotals queue_wait;
    int64_t in_flight = 0;
    int64_t queued = 0;
    Counts<kFailures> failures{};
    Counts<kGrpcCodes> grpc_calls{};
    EjectionTotals ejections;
    uint64_t received = 0;
    uint64_t sent = 0;
  };
  std::map<std::string, Totals, std::less<>> deployments;
  for (const WorkerMetrics* worker : workers_) {
    const std::lock_guard lock(worker->mutex_);
    for (const auto& [id, entry] : worker->deployments_) {
      Totals& totals = deployments[id];
      add(totals.requests, entry.shard->requests);
      entry.shard->first_byte.add_to(totals.first_byte);
      entry.shard->queue_wait.add_to(totals.queue_wait);
      totals.in_flight += entry.shard->in_flight.value();
      totals.queued += entry.shard->queued.value();
      add(totals.failures, entry.shard->failures);
      add(totals.grpc_calls, entry.shard->grpc_calls);
      totals.ejections.add_worker(entry.shard->ejections);
      totals.received += entry.shard->bytes_received.value();
      totals.sent += entry.shard->bytes_sent.value();
    }
  }
  for (const auto& [id, totals] : deployments) {
    for (const auto& [key, seconds] : totals.requests) {
      const std::string code = fmt::to_string(key.second);
      scrape.histogram("seldon_api_executor_server_requests_seconds",
                       "From the head of a request to the end of its answer.",
                       {{"deployment_name", id},
                        {"predictor_name", kPredictor},
                        {"predictor_version", ""},
                        {"service", to_string(key.first)},
                        {"method", method_of(key.first)},
                        {"code", code},
                        {"status", code}},
                       seconds);
    }
    scrape.histogram("slipway_gateway_first_byte_seconds",
                     "From the head of a request to the head of the replica's answer.",
                     {{"deployment_name", id}}, totals.first_byte);
    scrape.gauge("slipway_gateway_deployment_in_flight", "Requests going on now.",
                 {{"deployment_name", id}}, static_cast<double>(totals.in_flight));
    scrape.gauge("slipway_gateway_queued", "Of those going on: they wait for a replica.",
                 {{"deployment_name", id}}, static_cast<double>(totals.queued));
    // Most deployments never make anyone wait, or fail in most ways: series of what has happened.
    if (totals.queue_wait.count() > 0) {
      scrape.histogram("slipway_gateway_queue_seconds",
                       "How long requests waited because every replica was at its limit.",
                       {{"deployment_name", id}}, totals.queue_wait);
    }
    show(scrape, "slipway_gateway_deployment_failures_total",
         "Requests to a deployment that got no good answer, by cause.", id, "cause",
         totals.failures, name_of<Failure>);
    show(scrape, "slipway_gateway_grpc_calls_total", "Calls of gRPC, by how they ended.", id,
         "grpc_code", totals.grpc_calls, grpc_code_name);
    show(scrape, id, totals.ejections);
    scrape.counter("slipway_gateway_received_bytes_total", "Bodies of requests.",
                   {{"deployment_name", id}}, totals.received);
    scrape.counter("slipway_gateway_sent_bytes_total", "Bodies of answers.",
                   {{"deployment_name", id}}, totals.sent);
  }
}

void GatewayMetrics::collect_models(telemetry::Scrape& scrape) const {
  struct Totals {
    SeriesTotals exchanges;
    uint64_t feedback = 0;
    double rewards = 0;
    double negative_rewards = 0;
  };
  std::map<WorkerMetrics::ModelKey, Totals> models;
  for (const WorkerMetrics* worker : workers_) {
    const std::lock_guard lock(worker->mutex_);
    for (const auto& [key, entry] : worker->models_) {
      Totals& totals = models[key];
      add(totals.exchanges, entry.shard->exchanges);
      totals.feedback += entry.shard->feedback.value();
      totals.rewards += entry.shard->rewards.value();
      totals.negative_rewards += entry.shard->negative_rewards.value();
    }
  }
  for (const auto& [key, totals] : models) {
    const std::string& id = key.first;
    const snapshot::ModelName model = snapshot::split_image(key.second);
    for (const auto& [series, seconds] : totals.exchanges) {
      const std::string code = fmt::to_string(series.second);
      scrape.histogram("seldon_api_executor_client_requests_seconds",
                       "From the sending of a request to a replica to the end of its answer.",
                       {{"deployment_name", id},
                        {"predictor_name", kPredictor},
                        {"predictor_version", ""},
                        {"model_name", kModel},
                        {"model_image", model.image},
                        {"model_version", model.version},
                        {"service", path_of(series.first)},
                        {"method", method_of(series.first)},
                        {"code", code},
                        {"status", code}},
                       seconds);
    }
    const telemetry::Labels labels = {
        {"deployment_name", id}, {"predictor_name", kPredictor}, {"predictor_version", ""},
        {"model_name", kModel},  {"model_image", model.image},   {"model_version", model.version}};
    scrape.counter("seldon_api_model_feedback_total", "Feedback that the model took.", labels,
                   totals.feedback);
    scrape.sum("seldon_api_model_feedback_reward_total", "Rewards from 0 up in that feedback.",
               labels, totals.rewards);
    scrape.sum("slipway_gateway_feedback_negative_reward_total",
               "Rewards below 0 in that feedback, without their sign.", labels,
               totals.negative_rewards);
  }
}

void GatewayMetrics::collect_workers(telemetry::Scrape& scrape) const {
  const auto sum = [&](auto cell) {
    uint64_t total = 0;
    for (const WorkerMetrics* worker : workers_) total += cell(*worker);
    return total;
  };
  const auto of = [&](auto member) {
    return sum([&](const WorkerMetrics& w) { return static_cast<uint64_t>((w.*member).value()); });
  };

  for (size_t i = 0; i < kFailures; ++i) {
    scrape.counter("slipway_gateway_failures_total", "Requests that got no good answer, by cause.",
                   {{"cause", to_string(static_cast<Failure>(i))}},
                   sum([&](const WorkerMetrics& w) { return w.failures[i].value(); }));
  }
  using W = WorkerMetrics;
  scrape.counter("slipway_gateway_uncounted_requests_total",
                 "Requests that were answered and are missing in the histograms.", {},
                 sum([](const WorkerMetrics& w) { return w.spares.uncounted(); }));
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
  for (size_t http2 = 0; http2 < 2; ++http2) {
    for (size_t tls = 0; tls < 2; ++tls) {
      const telemetry::Labels labels = {{"protocol", http2 == 1 ? "h2" : "http/1.1"},
                                        {"tls", tls == 1 ? "1" : "0"}};
      const auto total = [&](auto member) {
        return sum([&](const WorkerMetrics& w) {
          return static_cast<uint64_t>((w.protocols[http2][tls].*member).value());
        });
      };
      scrape.gauge("slipway_gateway_protocol_connections",
                   "Of the open ones: they have shown what they speak.", labels,
                   static_cast<double>(total(&W::ProtocolGauges::open)));
      scrape.counter("slipway_gateway_protocol_connections_total",
                     "Of those accepted: they have shown what they speak.", labels,
                     total(&W::ProtocolGauges::accepted));
    }
  }
  scrape.counter("slipway_gateway_http2_floods_total",
                 "Connections of HTTP/2 ended because they sent too much that costs work.", {},
                 of(&W::http2_floods));
  scrape.gauge("slipway_gateway_websockets", "Connections that went over to WebSocket, now.", {},
               static_cast<double>(of(&W::websockets_open)));
  scrape.counter("slipway_gateway_requests_total", "Requests read.", {}, of(&W::requests));
  scrape.counter("slipway_gateway_refused_heads_total", "Requests that broke the rules of HTTP.",
                 {}, of(&W::refused_heads));
  scrape.counter("slipway_gateway_client_timeouts_total", "Clients that were too slow.", {},
                 of(&W::client_timeouts));
  scrape.counter("slipway_gateway_tls_handshakes_total", "Connections over TLS that began.",
                 {{"session", "new"}}, of(&W::tls_handshakes));
  scrape.counter("slipway_gateway_tls_handshakes_total", "", {{"session", "resumed"}},
                 of(&W::tls_resumed));
  scrape.counter("slipway_gateway_tls_failures_total",
                 "Connections to the TLS port that TLS ended.", {{"cause", "handshake"}},
                 of(&W::tls_failed));
  scrape.counter("slipway_gateway_tls_failures_total", "", {{"cause", "plain_http"}},
                 of(&W::tls_plain));
  scrape.counter("slipway_gateway_tls_failures_total", "", {{"cause", "record"}},
                 of(&W::tls_broken));
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
