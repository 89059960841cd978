#pragma once
// The use cases that read the history of metrics: of one deployment in detail, and of all that
// somebody sees at a glance. Who may see a deployment may see its metrics; what another deployment
// did under the same id is not shown.
//
// Made once by main; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"
#include "control/metric_series.h"
#include "store/metrics_history.h"
#include "store/store.h"

namespace slipway::control {

struct MetricsAnswer {
  int64_t from_ms = 0;
  int64_t step_ms = 0;
  size_t count = 0;
  std::vector<MetricSeries> series = {};
  std::string problem = {};  // of the history, for people; "": none
};

struct MetricsGlance {
  struct Row {
    std::string id;
    std::vector<std::optional<double>> qps = {};
    std::vector<std::optional<double>> latency_p95 = {};  // seconds
  };
  int64_t from_ms = 0;
  int64_t step_ms = 0;
  size_t count = 0;
  std::vector<Row> rows = {};  // by id
  std::string problem = {};
};

class Metrics {
 public:
  virtual ~Metrics() = default;

  virtual Result<MetricsAnswer> of_deployment(const Caller&, const std::string& id,
                                              const MetricsQuestion&) = 0;
  // The last hour of every deployment that the caller sees; of these only, unless `ids` is empty.
  virtual Result<MetricsGlance> glance(const Caller&, const std::set<std::string>& ids) = 0;
};

// All outlive it.
std::unique_ptr<Metrics> make_metrics(store::Store& store, store::MetricsHistory& history,
                                      const Clock& clock);

}  // namespace slipway::control
