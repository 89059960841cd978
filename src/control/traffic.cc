#include "control/traffic.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "control/traffic_points.h"
#include "store/clients.h"
#include "store/deployments.h"
#include "store/report_marks.h"

namespace slipway::control {
namespace {

using store::ReadTransaction;
using store::WriteTransaction;

constexpr int64_t kOldestMs = store::kCoarseRingMs;

class StoredTraffic final : public Traffic {
 public:
  StoredTraffic(store::Store& store, store::MetricsHistory& history, const Clock& clock)
      : store_(store), history_(history), clock_(clock) {}

  Result<void> add(const snapshot::TrafficReport& report, std::chrono::milliseconds age) override {
    TRY(add_clients(report));
    const int64_t end_ms =
        to_unix_micros(clock_.now()) / 1000 - std::clamp(age.count(), int64_t{0}, kOldestMs);
    TRY_ASSIGN(const CreatedMs created, created_ms(report));
    return history_.add(store::report_marks::Report{report.gateway, report.run, report.sequence},
                        contributions_of(report, end_ms, created));
  }

 private:
  // Of every deployment that the report tells of: what a model or a client did may stand in another
  // report than the deployment's own row (gateway/traffic_tally.h).
  Result<CreatedMs> created_ms(const snapshot::TrafficReport& report) {
    std::set<std::string_view> ids;
    for (const auto& row : report.deployments) ids.insert(row.deployment);
    for (const auto& row : report.models) ids.insert(row.deployment);
    for (const auto& row : report.clients) ids.insert(row.deployment);
    CreatedMs created;
    TRY(store_.read([&](ReadTransaction& tx) -> Result<void> {
      for (const std::string_view id : ids) {
        TRY_ASSIGN(const auto at, store::deployments::created_at(tx, std::string(id)));
        if (at) created.emplace(id, to_unix_micros(*at) / 1000);
      }
      return {};
    }));
    return created;
  }

  Result<void> add_clients(const snapshot::TrafficReport& report) {
    // Most reports say nothing of clients, and cost no commit here.
    if (report.clients.empty()) return {};
    return store_.write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(const bool fresh,
                 store::report_marks::advance(tx, {report.gateway, report.run, report.sequence}));
      if (!fresh) return {};
      for (const snapshot::ClientTraffic& row : report.clients) {
        const auto requests =
            static_cast<int64_t>(std::min<uint64_t>(row.requests, INT64_MAX / 1'000'000));
        TRY(store::clients::add_use(tx, row.deployment, row.client, requests,
                                    from_unix_micros(row.last_used_micros)));
      }
      return {};
    });
  }

  store::Store& store_;
  store::MetricsHistory& history_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Traffic> make_traffic(store::Store& store, store::MetricsHistory& history,
                                      const Clock& clock) {
  return std::make_unique<StoredTraffic>(store, history, clock);
}

}  // namespace slipway::control
