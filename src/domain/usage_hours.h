#pragma once
// What runs of replicas took, as hours by calendar month: runs are cut where a month of UTC ends
// and summed as whole microseconds, so that the parts of a run are always the run. Pure.

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace slipway::domain {

using Month = std::chrono::year_month;

// "2026-11"; years 1970 to 9999.
std::optional<Month> parse_month(std::string_view text);
std::string format_month(Month month);
Month month_of(Timestamp time);
Timestamp begin_of(Month month);

// Who ran what. Instance types change and go, so the size stands here itself.
struct UsageSubject {
  std::string group = {};
  std::string deployment_id = {};
  std::string deployment_name = {};
  std::string instance_type = {};
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  int64_t gpus = 0;
  auto operator<=>(const UsageSubject&) const = default;
};

struct MonthlySubject {
  Month month{};
  UsageSubject subject;
  auto operator<=>(const MonthlySubject&) const = default;
};
// Microseconds of one replica.
using UsageSums = std::map<MonthlySubject, int64_t>;

// Adds a run from `from` to before `until`, cut at months; one that ends before it begins (a clock
// was set back) adds nothing.
void add_run(UsageSums& sums, const UsageSubject& subject, Timestamp from, Timestamp until);

struct UsageHours {
  double replica = 0;
  double cpu_core = 0;
  double memory_gib = 0;
  double gpu = 0;
};

// By what hours are summed; what is left out is "" or none in the rows.
struct UsageDimensions {
  bool month = true;
  bool group = true;
  bool deployment = true;
  bool instance_type = true;
};

struct UsageRow {
  std::optional<Month> month = {};
  std::string group = {};
  std::string deployment_id = {};
  std::string deployment_name = {};
  std::string instance_type = {};
  UsageHours hours = {};
};

// What one client of a private endpoint asked in one month.
struct ClientRequests {
  Month month{};
  std::string group = {};
  std::string deployment_id = {};
  std::string client = {};
  int64_t requests = 0;
  bool operator==(const ClientRequests&) const = default;
};

// By month, group, deployment and instance type.
std::vector<UsageRow> usage_rows(const UsageSums& sums, const UsageDimensions& by);

}  // namespace slipway::domain
