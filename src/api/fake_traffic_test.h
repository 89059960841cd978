#pragma once
// control::Traffic by hand, for the tests of this room: remembers what it was told.

#include <utility>
#include <vector>

#include "control/traffic.h"

namespace slipway::api {

class FakeTraffic : public control::Traffic {
 public:
  Result<void> add(const snapshot::TrafficReport& report, std::chrono::milliseconds age) override {
    told.emplace_back(report, age);
    return {};
  }

  std::vector<std::pair<snapshot::TrafficReport, std::chrono::milliseconds>> told;
};

}  // namespace slipway::api
