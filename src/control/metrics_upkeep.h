#pragma once
// Keeps the history of metrics small: packs what has gathered and lets the oldest go, on a thread
// of its own. Made by main; the history and the clock outlive it.

#include <chrono>

#include "base/clock.h"
#include "base/log.h"
#include "control/ticker.h"
#include "store/metrics_history.h"

namespace slipway::control {

class MetricsUpkeep {
 public:
  MetricsUpkeep(store::MetricsHistory& history, const Clock& clock, Logger logger,
                std::chrono::milliseconds interval = std::chrono::seconds(30));

 private:
  void pack();

  store::MetricsHistory& history_;
  const Clock& clock_;
  const Logger logger_;
  bool failing_ = false;
  Ticker ticker_;  // last: its thread uses the rest
};

}  // namespace slipway::control
