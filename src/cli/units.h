#pragma once
// Durations and sizes as people write them on a command line. Pure functions.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace slipway::cli {

// "250ms", "30s", "15m", "1h", "30d"; a bare number is seconds.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
// "512", "64KiB", "10MB", "1GiB"; also "64Ki", "10M" (powers of 1024 with an i, of 1000 without).
Result<int64_t> parse_size(std::string_view text);
// Cores as thousandths: "2", "0.5", "250m".
Result<int64_t> parse_cores(std::string_view text);
// "2", "0.5"
std::string format_cores(int64_t millis);
// "2.0 GiB"
std::string format_size(int64_t bytes);
// How long ago, with one unit: "12s", "5m", "3h", "8d"; "-" when `time` is no time.
std::string format_age(std::string_view rfc3339, Timestamp now);

}  // namespace slipway::cli
