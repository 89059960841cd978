#include "control/metrics_upkeep.h"

#include <utility>

namespace slipway::control {

MetricsUpkeep::MetricsUpkeep(store::MetricsHistory& history, const Clock& clock, Logger logger,
                             std::chrono::milliseconds interval)
    : history_(history),
      clock_(clock),
      logger_(std::move(logger)),
      ticker_(interval, [this] { pack(); }) {}

void MetricsUpkeep::pack() {
  const Result<void> packed = history_.pack(to_unix_micros(clock_.now()) / 1000);
  if (!packed && !failing_) {
    logger_.warn("the history of metrics cannot be packed now; it is tried again",
                 {{"error", packed.error().message}});
  }
  failing_ = !packed;
}

}  // namespace slipway::control
