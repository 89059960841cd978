#pragma once
// What the query of a log route asks for. Pure.

#include <string>

#include "api/log_lines.h"
#include "base/clock.h"
#include "control/log_reading.h"

namespace slipway::api {

struct LogQuestion {
  control::LogRequest request;
  LogStyle style;
  bool download = false;
};

// The parameters, as RouteText names them.
inline constexpr std::string_view kLogParameters =
    "tail:integer follow:boolean since:string until:string grep:string previous:boolean "
    "stream:string[] timestamps:boolean format:string download:boolean cursor:string";

// kInvalid with every fault. `all_streams`: also without being asked. `now` is what "10m" ago
// means.
Result<LogQuestion> read_log_query(std::string_view query, bool all_streams, FineTime now);

// "iris-2026-01-31-12-00-00.log", as a name that no client mistakes.
std::string log_file_name(const std::string& what, LogFormat format, FineTime now);

}  // namespace slipway::api
