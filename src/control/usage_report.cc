#include "control/usage_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/group_rules.h"
#include "control/replica_usage.h"
#include "store/client_requests.h"
#include "store/replica_spans.h"
#include "store/store.h"

namespace slipway::control {
namespace {

using domain::Month;
using Groups = std::optional<std::vector<std::string>>;

Result<Groups> readable_groups(const Caller& caller, const std::string& wanted) {
  if (!wanted.empty()) {
    if (!may_see_group(caller, wanted)) return no_such_group(wanted);
    return Groups({wanted});
  }
  if (caller.platform_admin) return Groups();
  return Groups(caller.groups);
}

struct Months {
  Month first{};
  Month last{};
};

Result<Months> months_of(const UsageFilter& filter, Timestamp now) {
  Months months;
  months.last = filter.last.value_or(domain::month_of(now));
  months.first = filter.first.value_or(months.last);
  std::vector<FieldError> problems;
  if (months.first > months.last) {
    problems.push_back({"from", fmt::format("must not be later than to, which is {}",
                                            domain::format_month(months.last))});
  } else if ((months.last - months.first).count() >= UsageReport::kMostMonths) {
    problems.push_back(
        {"from", fmt::format("must be at most {} months with to", UsageReport::kMostMonths)});
  }
  TRY(refuse_if_any("the usage cannot be read so", std::move(problems)));
  return months;
}

class StoredUsageReport final : public UsageReport {
 public:
  StoredUsageReport(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  Result<UsageHoursReport> hours(const Caller& caller, const UsageFilter& filter,
                                 const domain::UsageDimensions& by) override {
    TRY_ASSIGN(const Groups groups, readable_groups(caller, filter.group));
    const Timestamp now = clock_.now();
    TRY_ASSIGN(const Months months, months_of(filter, now));
    return store_.read([&](store::ReadTransaction& tx) -> Result<UsageHoursReport> {
      TRY_ASSIGN(const auto seen, store::replica_spans::seen_at(tx));
      // While nobody can say what runs, nothing grows on.
      const Timestamp until = std::min(now, seen.value_or(now) + 2 * ReplicaUsage::kHeartbeat);
      TRY_ASSIGN(const auto sums, store::replica_spans::sums(tx, {.first = months.first,
                                                                  .last = months.last,
                                                                  .open_until = until,
                                                                  .groups = groups}));
      return UsageHoursReport{months.first, months.last, until, domain::usage_rows(sums, by)};
    });
  }

  Result<ClientRequestsReport> requests(const Caller& caller, const UsageFilter& filter) override {
    TRY_ASSIGN(const Groups groups, readable_groups(caller, filter.group));
    TRY_ASSIGN(const Months months, months_of(filter, clock_.now()));
    return store_.read([&](store::ReadTransaction& tx) -> Result<ClientRequestsReport> {
      TRY_ASSIGN(auto rows, store::client_requests::between(tx, months.first, months.last, groups));
      return ClientRequestsReport{months.first, months.last, std::move(rows)};
    });
  }

 private:
  store::Store& store_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<UsageReport> make_usage_report(store::Store& store, const Clock& clock) {
  return std::make_unique<StoredUsageReport>(store, clock);
}

}  // namespace slipway::control
