#pragma once
// Asks the engine now and then what each replica takes of CPU and memory, and how often it was
// started again, for the history of metrics. On a thread of its own: an engine that hangs delays
// nothing but this.
//
// Made by main; what it is given outlives it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "control/replica_views.h"
#include "control/ticker.h"
#include "domain/replica.h"
#include "engine/replica_engine.h"
#include "store/metrics_history.h"

namespace slipway::control {

// One look at a time; what is told about is the time since the look before.
class ResourceLooks {
 public:
  using Source = std::function<Result<std::vector<engine::ReplicaResources>>()>;

  ResourceLooks(Source source, ReplicaViews& views, store::MetricsHistory& history,
                const Clock& clock)
      : source_(std::move(source)), views_(views), history_(history), clock_(clock) {}

  // After a failure the next look's time is longer, and nothing is lost but a replica's that ended.
  Result<void> look();

 private:
  struct Seen {
    std::chrono::nanoseconds cpu_time{0};
    int restarts = 0;
  };
  // By id.
  std::map<std::string, int> restarts_of(
      const std::vector<engine::ReplicaResources>& resources) const;

  const Source source_;
  ReplicaViews& views_;
  store::MetricsHistory& history_;
  const Clock& clock_;
  std::map<domain::ReplicaKey, Seen> seen_;
  std::optional<Monotonic> last_;
};

class ResourceSampler {
 public:
  ResourceSampler(ResourceLooks looks, Logger logger,
                  std::chrono::milliseconds interval = std::chrono::seconds(10));

 private:
  void look();

  ResourceLooks looks_;
  const Logger logger_;
  bool failing_ = false;
  Ticker ticker_;  // last: its thread uses the rest
};

}  // namespace slipway::control
