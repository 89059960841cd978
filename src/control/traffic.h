#pragma once
// What gateways report that they counted: adds it up, each report once, though it may come again.
// Made once by main; any thread.

#include <chrono>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "snapshot/traffic.h"
#include "store/metrics_history.h"
#include "store/store.h"

namespace slipway::control {

class Traffic {
 public:
  virtual ~Traffic() = default;

  // Success when all of it is kept, durably; otherwise the gateway sends it again. `age`: since the
  // end of its period. Clients and deployments that are gone are passed over; nobody is woken.
  virtual Result<void> add(const snapshot::TrafficReport& report,
                           std::chrono::milliseconds age) = 0;
};

// All outlive it. Clients' counts go to the store, the rest to the history, each with its own mark.
std::unique_ptr<Traffic> make_traffic(store::Store& store, store::MetricsHistory& history,
                                      const Clock& clock);

}  // namespace slipway::control
