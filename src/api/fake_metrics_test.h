#pragma once
// control::Metrics by hand, for the tests of this room.

#include <set>
#include <string>

#include "control/metrics.h"

namespace slipway::api {

class FakeMetrics : public control::Metrics {
 public:
  Result<control::MetricsAnswer> of_deployment(const control::Caller&, const std::string& id,
                                               const control::MetricsQuestion& question) override {
    last_id = id;
    last = question;
    return answer;
  }
  Result<control::MetricsGlance> glance(const control::Caller&,
                                        const std::set<std::string>& ids) override {
    last_ids = ids;
    control::MetricsGlance out;
    out.step_ms = 300'000;
    out.count = 1;
    out.rows = {{"iris", {2.5}, {std::nullopt}}};
    return out;
  }

  std::string last_id;
  std::set<std::string> last_ids;
  control::MetricsQuestion last;
  control::MetricsAnswer answer;
};

}  // namespace slipway::api
