#include "cli/exit_code.h"

namespace slipway::cli {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kTooLarge:
      return ExitCode::kUsage;
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kDenied:
    case ErrorCode::kThrottled:
      return ExitCode::kDenied;
    case ErrorCode::kNotFound:
      return ExitCode::kNotFound;
    case ErrorCode::kConflict:
    case ErrorCode::kPrecondition:
    case ErrorCode::kQuota:
      return ExitCode::kConflict;
    case ErrorCode::kDeadline:
      return ExitCode::kTimedOut;
    case ErrorCode::kUnavailable:
      return ExitCode::kUnreachable;
    case ErrorCode::kInternal:
      break;
  }
  return ExitCode::kFailure;
}

}  // namespace slipway::cli
