#pragma once
// Time as an object that is passed in, so that tests turn the hands themselves.
//
// Timestamp is wall time (UTC) for people and records; Monotonic is for durations and deadlines.
// No order is ever decided by wall time.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway {

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using Monotonic = std::chrono::steady_clock::time_point;
// Wall time of what others wrote: log lines come with nanoseconds, and equal ones are told apart.
using FineTime = std::chrono::sys_time<std::chrono::nanoseconds>;

// One of the five seams to the outside world. Implementations may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  virtual Monotonic monotonic() const = 0;
};

// RFC 3339 in UTC with microseconds: "2026-11-22T08:34:01.123456Z".
std::string format_rfc3339(Timestamp time);
Result<Timestamp> parse_rfc3339(std::string_view text);
// The same with nanoseconds: nine digits.
std::string format_rfc3339(FineTime time);
// Any number of digits of a second, those past the ninth are cut off. Quick for times in UTC.
Result<FineTime> parse_fine_rfc3339(std::string_view text);

inline int64_t to_unix_micros(Timestamp time) { return time.time_since_epoch().count(); }
inline Timestamp from_unix_micros(int64_t micros) {
  return Timestamp{std::chrono::microseconds{micros}};
}

// Seconds with the smallest fitting unit, for people: "250 ms", "12.3 s", "4 min 5 s".
std::string format_duration(std::chrono::milliseconds duration);

}  // namespace slipway
