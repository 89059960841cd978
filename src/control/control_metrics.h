#pragma once
// What control itself knows, for /metrics: deployments by status, replicas, gateways, snapshots.
// Made by main; any thread. No label comes from a caller, so the number of series is bounded.

#include "control/gateway_feed.h"
#include "store/store.h"
#include "telemetry/scrape.h"

namespace slipway::control {

class ControlMetrics final : public telemetry::MetricSource {
 public:
  // Both outlive it.
  ControlMetrics(store::Store& store, const GatewayFeed& feed) : store_(store), feed_(feed) {}
  void collect(telemetry::Scrape& scrape) const override;

 private:
  store::Store& store_;
  const GatewayFeed& feed_;
};

}  // namespace slipway::control
