#pragma once
// The sums over all workers, for /metrics. What Seldon's executor shows has its names and labels
// (seldon.md §4.1), so that boards made for Seldon work; `status` stands beside `code` because the
// shipped board asks for it. No label's value comes from a client.
//
// Any thread; the workers must outlive it.

#include <span>

#include "gateway/worker_metrics.h"
#include "telemetry/scrape.h"

namespace slipway::gateway {

class GatewayMetrics : public telemetry::MetricSource {
 public:
  explicit GatewayMetrics(std::span<const WorkerMetrics* const> workers) : workers_(workers) {}
  void collect(telemetry::Scrape& scrape) const override;

 private:
  void collect_deployments(telemetry::Scrape& scrape) const;
  void collect_models(telemetry::Scrape& scrape) const;
  void collect_workers(telemetry::Scrape& scrape) const;

  std::span<const WorkerMetrics* const> workers_;
};

}  // namespace slipway::gateway
