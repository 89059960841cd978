#include "base/clock.h"

#include <fmt/format.h>

#include <cstdio>
#include <iterator>

#include "base/time_text.h"

namespace slipway {

namespace chr = std::chrono;

void append_rfc3339(std::string& out, Timestamp time) {
  const auto day = chr::floor<chr::days>(time);
  const chr::year_month_day date{day};
  const chr::hh_mm_ss clock{time - day};
  // Digit by digit: lines of logs are made of little else, and fmt takes four times as long.
  const size_t begin = out.size();
  out += "0000-00-00T00:00:00.000000Z";
  const auto put = [at = out.data() + begin](size_t last, size_t digits, int64_t value) {
    for (; digits > 0; --digits, --last, value /= 10)
      at[last] = static_cast<char>('0' + value % 10);
  };
  put(3, 4, static_cast<int>(date.year()));
  put(6, 2, static_cast<unsigned>(date.month()));
  put(9, 2, static_cast<unsigned>(date.day()));
  put(12, 2, clock.hours().count());
  put(15, 2, clock.minutes().count());
  put(18, 2, clock.seconds().count());
  put(25, 6, clock.subseconds().count());
}

std::string format_rfc3339(Timestamp time) {
  std::string text;
  append_rfc3339(text, time);
  return text;
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  const std::string copy(text);
  const auto bad = [&] {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is not a time; write it as 2026-01-31T12:00:00Z", copy));
  };
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6) {
    return bad();
  }
  std::string_view rest = text.substr(static_cast<size_t>(used));
  int64_t micros = 0;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    int64_t scale = 100000;
    size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') {
      micros += (rest[digits] - '0') * scale;
      scale /= 10;
      ++digits;
    }
    if (digits == 0) return bad();
    rest.remove_prefix(digits);
  }
  int offset_minutes = 0;
  if (rest != "Z") {
    int hours = 0, minutes = 0;
    char sign = 0;
    const std::string zone(rest);
    if (zone.size() != 6 || std::sscanf(zone.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3 ||
        (sign != '+' && sign != '-')) {
      return bad();
    }
    offset_minutes = (sign == '+' ? 1 : -1) * (hours * 60 + minutes);
  }
  const chr::year_month_day date{chr::year{year}, chr::month{static_cast<unsigned>(month)},
                                 chr::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return bad();
  return Timestamp{chr::sys_days{date} + chr::hours{hour} + chr::minutes{minute - offset_minutes} +
                   chr::seconds{second} + chr::microseconds{micros}};
}

std::string format_rfc3339(FineTime time) {
  const auto micros = chr::floor<chr::microseconds>(time);
  std::string text = format_rfc3339(Timestamp{micros});
  text.pop_back();
  fmt::format_to(std::back_inserter(text), "{:03}Z", (time - micros).count());
  return text;
}

namespace {

// `digits` of `text` from `at` on as a number; -1 when one of them is none.
int number_at(std::string_view text, size_t at, size_t digits) {
  int value = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

Result<FineTime> parse_fine_rfc3339(std::string_view text) {
  constexpr size_t kWhole = 19;  // "2026-01-31T12:00:00"
  if (text.size() > kWhole && text.back() == 'Z' && text[4] == '-' && text[7] == '-' &&
      text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
      (text[kWhole] == '.' ? text.size() > kWhole + 2 : text.size() == kWhole + 1)) {
    const int year = number_at(text, 0, 4);
    const int month = number_at(text, 5, 2);
    const int day = number_at(text, 8, 2);
    const int hour = number_at(text, 11, 2);
    const int minute = number_at(text, 14, 2);
    const int second = number_at(text, 17, 2);
    int64_t nanos = 0;
    bool plain = true;
    int64_t scale = 100'000'000;
    for (size_t i = kWhole + 1; i + 1 < text.size(); ++i, scale /= 10) {
      plain = plain && text[i] >= '0' && text[i] <= '9';
      nanos += (text[i] - '0') * scale;
    }
    const chr::year_month_day date{chr::year{year}, chr::month{static_cast<unsigned>(month)},
                                   chr::day{static_cast<unsigned>(day)}};
    if (plain && year >= 0 && date.ok() && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
        second >= 0 && second <= 60) {
      return FineTime{chr::sys_days{date} + chr::hours{hour} + chr::minutes{minute} +
                      chr::seconds{second} + chr::nanoseconds{nanos}};
    }
  }
  TRY_ASSIGN(const Timestamp time, parse_rfc3339(text));
  return FineTime{time};
}

std::string format_duration(chr::milliseconds duration) {
  const int64_t millis = duration.count();
  if (millis < 1000) return fmt::format("{} ms", millis);
  if (millis < 60'000) return fmt::format("{:.1f} s", static_cast<double>(millis) / 1000.0);
  const int64_t seconds = millis / 1000;
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace slipway
