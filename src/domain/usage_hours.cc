#include "domain/usage_hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace slipway::domain {
namespace {

namespace chr = std::chrono;

constexpr int kFirstYear = 1970;
constexpr double kMicrosPerHour = 3'600e6;
constexpr double kMillisPerCore = 1'000;
constexpr double kBytesPerGib = 1024.0 * 1024 * 1024;

std::optional<int> number_in(std::string_view digits) {
  int number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc() || end != digits.data() + digits.size() || digits[0] == '-') return {};
  return number;
}

UsageHours hours_of(const UsageSubject& subject, int64_t micros) {
  const double hours = static_cast<double>(micros) / kMicrosPerHour;
  return {.replica = hours,
          .cpu_core = hours * static_cast<double>(subject.cpu_millis) / kMillisPerCore,
          .memory_gib = hours * static_cast<double>(subject.memory_bytes) / kBytesPerGib,
          .gpu = hours * static_cast<double>(subject.gpus)};
}

void add(UsageHours& to, const UsageHours& more) {
  to.replica += more.replica;
  to.cpu_core += more.cpu_core;
  to.memory_gib += more.memory_gib;
  to.gpu += more.gpu;
}

}  // namespace

std::optional<Month> parse_month(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const auto year = number_in(text.substr(0, 4));
  const auto month = number_in(text.substr(5));
  if (!year || !month || *year < kFirstYear) return std::nullopt;
  const Month out{chr::year{*year}, chr::month{static_cast<unsigned>(*month)}};
  return out.ok() ? std::optional(out) : std::nullopt;
}

std::string format_month(Month month) {
  return fmt::format("{:04}-{:02}", static_cast<int>(month.year()),
                     static_cast<unsigned>(month.month()));
}

Month month_of(Timestamp time) {
  const chr::year_month_day day{chr::floor<chr::days>(time)};
  return {day.year(), day.month()};
}

Timestamp begin_of(Month month) { return chr::sys_days{month / 1}; }

void add_run(UsageSums& sums, const UsageSubject& subject, Timestamp from, Timestamp until) {
  while (from < until) {
    const Month month = month_of(from);
    const Timestamp end = std::min(until, begin_of(month + chr::months(1)));
    sums[{month, subject}] += (end - from).count();
    from = end;
  }
}

std::vector<UsageRow> usage_rows(const UsageSums& sums, const UsageDimensions& by) {
  using Key = std::tuple<Month, std::string, std::string, std::string>;
  std::map<Key, UsageRow> rows;
  for (const auto& [key, micros] : sums) {
    const UsageSubject& subject = key.subject;
    UsageRow row;
    if (by.month) row.month = key.month;
    if (by.group) row.group = subject.group;
    if (by.deployment) {
      // A deployment's group is part of what it is.
      row.group = subject.group;
      row.deployment_id = subject.deployment_id;
      row.deployment_name = subject.deployment_name;
    }
    if (by.instance_type) row.instance_type = subject.instance_type;
    const Key place{row.month.value_or(Month{}), row.group, row.deployment_id, row.instance_type};
    UsageRow& sum = rows.emplace(place, std::move(row)).first->second;
    add(sum.hours, hours_of(subject, micros));
  }
  std::vector<UsageRow> out;
  out.reserve(rows.size());
  for (auto& [place, row] : rows) out.push_back(std::move(row));
  return out;
}

}  // namespace slipway::domain
