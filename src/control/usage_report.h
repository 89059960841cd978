#pragma once
// The use case of usage: replica-hours by month, group, deployment and instance type, and requests
// by client. Platform admins see all groups, others those that they are in. Counted from the runs
// of replicas that replica_usage.h keeps. Made once by main; any thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"
#include "domain/usage_hours.h"

namespace slipway::store {
class Store;
}

namespace slipway::control {

struct UsageFilter {
  std::optional<domain::Month> first = {};  // none: the last one
  std::optional<domain::Month> last = {};   // included; none: the month of now
  std::string group = {};                   // "": all that the caller may see
};

struct UsageHoursReport {
  domain::Month first{};
  domain::Month last{};
  // What still runs is counted up to here.
  Timestamp counted_until{};
  std::vector<domain::UsageRow> rows;
};

struct ClientRequestsReport {
  domain::Month first{};
  domain::Month last{};
  std::vector<domain::ClientRequests> rows;
};

class UsageReport {
 public:
  static constexpr int kMostMonths = 36;

  virtual ~UsageReport() = default;

  // kInvalid for months in the wrong order or more than kMostMonths; kNotFound for a group that the
  // caller is not in.
  virtual Result<UsageHoursReport> hours(const Caller& caller, const UsageFilter& filter,
                                         const domain::UsageDimensions& by) = 0;
  virtual Result<ClientRequestsReport> requests(const Caller& caller,
                                                const UsageFilter& filter) = 0;
};

// References outlive it.
std::unique_ptr<UsageReport> make_usage_report(store::Store& store, const Clock& clock);

}  // namespace slipway::control
