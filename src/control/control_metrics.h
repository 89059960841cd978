#pragma once
// What control itself knows, for /metrics: deployments and their replicas, quotas and what is used
// of them, gateways, snapshots, the disk. Made by main; any thread. Labels are ids of what exists,
// so the number of series is bounded.

#include <filesystem>
#include <utility>

#include "control/gateway_feed.h"
#include "control/replica_views.h"
#include "logs/disk_guard.h"
#include "store/store.h"
#include "telemetry/scrape.h"

namespace slipway::control {

class ControlMetrics final : public telemetry::MetricSource {
 public:
  // All outlive it. `state_dir` is where database and logs are.
  ControlMetrics(store::Store& store, const GatewayFeed& feed, ReplicaViews& views,
                 const logs::DiskGuard& logs_disk, std::filesystem::path state_dir)
      : store_(store),
        feed_(feed),
        views_(views),
        logs_disk_(logs_disk),
        state_dir_(std::move(state_dir)) {}
  void collect(telemetry::Scrape& scrape) const override;

 private:
  void collect_deployments(telemetry::Scrape& scrape) const;

  store::Store& store_;
  const GatewayFeed& feed_;
  ReplicaViews& views_;
  const logs::DiskGuard& logs_disk_;
  const std::filesystem::path state_dir_;
};

}  // namespace slipway::control
