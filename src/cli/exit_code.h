#pragma once
// What `slipway` ends with, for scripts; docs/cli.md and --help show the same list. Pure.

#include <string_view>

#include "base/result.h"

namespace slipway::cli {

enum class ExitCode : int {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,        // wrong command line, or input that the server refused as invalid
  kNotFound = 3,     // no such deployment, replica, context
  kDenied = 4,       // not signed in, or not allowed
  kConflict = 5,     // taken, changed in between, or over the quota
  kTimedOut = 6,     // the wait ended before what was waited for
  kUnreachable = 7,  // no server answers there
};

inline constexpr std::string_view kExitCodeHelp =
    "Exit codes: 0 done, 1 failed, 2 wrong usage or refused input, 3 not found, 4 not signed in or "
    "not allowed,\n5 conflict, 6 wait timed out, 7 server not reachable";

ExitCode exit_code_of(ErrorCode code);

}  // namespace slipway::cli
