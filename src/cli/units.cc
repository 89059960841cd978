#include "cli/units.h"

#include <fmt/format.h>

#include <charconv>

namespace slipway::cli {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr Unit kTimes[] = {{"ms", 1},     {"s", 1000},      {"", 1000},
                           {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr int64_t kKi = 1024;
constexpr Unit kSizes[] = {{"", 1},
                           {"B", 1},
                           {"K", 1000},
                           {"KB", 1000},
                           {"Ki", kKi},
                           {"KiB", kKi},
                           {"M", 1'000'000},
                           {"MB", 1'000'000},
                           {"Mi", kKi* kKi},
                           {"MiB", kKi* kKi},
                           {"G", 1'000'000'000},
                           {"GB", 1'000'000'000},
                           {"Gi", kKi* kKi* kKi},
                           {"GiB", kKi* kKi* kKi}};

template <size_t n>
Result<int64_t> parse(std::string_view text, const Unit (&units)[n], std::string_view example) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  if (problem == std::errc() && number >= 0) {
    for (const Unit& candidate : units) {
      if (candidate.name == unit && number <= INT64_MAX / candidate.factor) {
        return number * candidate.factor;
      }
    }
  }
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is not understood; write {}", text, example));
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  TRY_ASSIGN(const int64_t count, parse(text, kTimes, "a duration as 500ms, 30s, 15m or 1h"));
  return std::chrono::milliseconds(count);
}

Result<int64_t> parse_size(std::string_view text) {
  return parse(text, kSizes, "a size as 4096, 64KiB, 10MB or 1GiB");
}

Result<int64_t> parse_cores(std::string_view text) {
  const auto refusal = [&] {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is not understood; write cores as 2, 0.5 or 250m", text));
  };
  const size_t digits = text.find_first_not_of("0123456789");
  const std::string_view whole = text.substr(0, digits);
  const std::string_view rest = digits == std::string_view::npos ? "" : text.substr(digits);
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
  if (problem != std::errc() || number > 1'000'000'000) return refusal();
  if (rest == "m") return number;
  number *= 1000;
  if (rest.empty()) return number;
  const std::string_view fraction = rest.substr(1);
  if (rest.front() != '.' || fraction.empty() || fraction.size() > 3 ||
      fraction.find_first_not_of("0123456789") != std::string_view::npos) {
    return refusal();
  }
  int64_t place = 100;
  for (const char digit : fraction) {
    number += (digit - '0') * place;
    place /= 10;
  }
  return number;
}

std::string format_cores(int64_t millis) {
  if (millis % 1000 == 0) return std::to_string(millis / 1000);
  std::string text = fmt::format("{}.{:03}", millis / 1000, millis % 1000);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::string format_size(int64_t bytes) {
  static constexpr std::string_view kNames[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto amount = static_cast<double>(bytes);
  size_t unit = 0;
  while (amount >= 1024 && unit + 1 < std::size(kNames)) {
    amount /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", amount, kNames[unit]);
}

std::string format_age(std::string_view rfc3339, Timestamp now) {
  const Result<Timestamp> time = parse_rfc3339(rfc3339);
  if (!time) return "-";
  const int64_t seconds =
      std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(now - *time).count());
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 120 * 60) return fmt::format("{}m", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

}  // namespace slipway::cli
