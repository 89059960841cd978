#include "base/result.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace slipway {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kUnauthenticated:
      return "unauthenticated";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kPrecondition:
      return "precondition";
    case ErrorCode::kTooLarge:
      return "too_large";
    case ErrorCode::kQuota:
      return "quota";
    case ErrorCode::kThrottled:
      return "throttled";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kDeadline:
      return "deadline";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

Error Error::within(std::string_view where) const {
  return Error{code, fmt::format("{}: {}", where, message), fields, limits};
}

namespace {

ErrorCode code_of(int errno_value) {
  switch (errno_value) {
    case ENOENT:
      return ErrorCode::kNotFound;
    case EEXIST:
      return ErrorCode::kConflict;
    case EACCES:
    case EPERM:
      return ErrorCode::kDenied;
    case EINVAL:
      return ErrorCode::kInvalid;
    case ETIMEDOUT:
      return ErrorCode::kDeadline;
    case ECONNREFUSED:
    case ECONNRESET:
    case EAGAIN:
    case ENOSPC:
    case EPIPE:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInternal;
  }
}

}  // namespace

Error errno_error(std::string_view what, int errno_value) {
  const char* name = strerrorname_np(errno_value);
  return Error{code_of(errno_value),
               fmt::format("{}: {} ({})", what,
                           strerrordesc_np(errno_value) != nullptr ? strerrordesc_np(errno_value)
                                                                   : "unknown error",
                           name != nullptr ? name : std::to_string(errno_value)),
               {}};
}

}  // namespace slipway
