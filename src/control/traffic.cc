#include "control/traffic.h"

#include <algorithm>

#include "store/clients.h"
#include "store/report_marks.h"

namespace slipway::control {
namespace {

using store::WriteTransaction;

class StoredTraffic final : public Traffic {
 public:
  explicit StoredTraffic(store::Store& store) : store_(store) {}

  Result<void> add(const snapshot::TrafficReport& report,
                   std::chrono::milliseconds /*age*/) override {
    return add_clients(report);
  }

 private:
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
};

}  // namespace

std::unique_ptr<Traffic> make_traffic(store::Store& store) {
  return std::make_unique<StoredTraffic>(store);
}

}  // namespace slipway::control
