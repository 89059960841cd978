#include "gateway/gateway_metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace slipway::gateway {
namespace {

TEST(GatewayMetrics, sums_over_workers_and_keeps_what_is_gone_for_a_while) {
  WorkerMetrics a;
  WorkerMetrics b;
  a.deployment("iris")->requests.observe(Service::kPredictions, 200, std::chrono::microseconds(900),
                                         a.spares);
  b.deployment("iris")->requests.observe(Service::kPredictions, 200, std::chrono::microseconds(900),
                                         b.spares);
  const std::array<const WorkerMetrics*, 2> workers = {&a, &b};
  const GatewayMetrics metrics(workers);
  const std::array<const telemetry::MetricSource*, 1> sources = {&metrics};
  const std::string line =
      R"(seldon_api_executor_server_requests_seconds_bucket{deployment_name="iris",)"
      R"(predictor_name="deploy",predictor_version="",service="predictions",method="post",)"
      R"(code="200",status="200",le="0.001"} 2)";
  const Monotonic begin{};
  const auto tidy = [&](Monotonic now) {
    a.forget_unused_shards(now);
    b.forget_unused_shards(now);
    return telemetry::scrape(sources).find(line) != std::string::npos;
  };
  EXPECT_TRUE(tidy(begin));
  EXPECT_TRUE(tidy(begin + WorkerMetrics::kKept - std::chrono::seconds(1)));
  EXPECT_FALSE(tidy(begin + WorkerMetrics::kKept));
}

TEST(GatewayMetrics, tells_ejections_by_cause_and_no_replica_twice) {
  WorkerMetrics a;
  WorkerMetrics b;
  const auto shard = a.deployment("iris");
  shard->ejections.ejected.set(2);
  shard->ejections.count(Fault::kConnect);
  shard->ejections.count(TrialEnd::kPassed);
  const auto other = b.deployment("iris");
  other->ejections.ejected.set(1);
  other->ejections.count(Fault::kConnect);
  other->ejections.last_resorts.add(3);
  const std::array<const WorkerMetrics*, 2> workers = {&a, &b};
  const GatewayMetrics metrics(workers);
  const std::array<const telemetry::MetricSource*, 1> sources = {&metrics};
  const std::string page = telemetry::scrape(sources);
  for (const char* line :
       {R"(slipway_gateway_ejected_replicas{deployment_name="iris"} 2)",
        R"(slipway_gateway_ejections_total{deployment_name="iris",cause="connect"} 2)",
        R"(slipway_gateway_ejection_trials_total{deployment_name="iris",outcome="passed"} 1)",
        R"(slipway_gateway_ejected_attempts_total{deployment_name="iris"} 3)"}) {
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(page.find(R"(ejections_total{deployment_name="iris",cause="lost"})"),
            std::string::npos);
}

}  // namespace
}  // namespace slipway::gateway
