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

}  // namespace
}  // namespace slipway::gateway
