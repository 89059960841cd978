#pragma once
// control::UsageReport with rows that a test puts there; what it was asked for is kept.

#include "control/usage_report.h"

namespace slipway::api {

class FakeUsageReport : public control::UsageReport {
 public:
  Result<control::UsageHoursReport> hours(const control::Caller& caller,
                                          const control::UsageFilter& filter,
                                          const domain::UsageDimensions& by) override {
    last_caller = caller;
    last_filter = filter;
    return control::UsageHoursReport{first, last, from_unix_micros(1'800'000'000'000'000),
                                     domain::usage_rows(sums, by)};
  }
  Result<control::ClientRequestsReport> requests(const control::Caller& caller,
                                                 const control::UsageFilter& filter) override {
    last_caller = caller;
    last_filter = filter;
    return control::ClientRequestsReport{first, last, clients};
  }

  domain::Month first = *domain::parse_month("2026-10");
  domain::Month last = *domain::parse_month("2026-11");
  domain::UsageSums sums;
  std::vector<domain::ClientRequests> clients;
  control::Caller last_caller;
  control::UsageFilter last_filter;
};

}  // namespace slipway::api
