#include "gateway/grpc_status.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "gateway/request_series.h"

namespace slipway::gateway {
namespace {

constexpr std::string_view kField = "grpc-status";

int parse(std::string_view text) {
  int code = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, code);
  const bool known =
      read.ec == std::errc() && read.ptr == end && code >= 0 && code < static_cast<int>(kGrpcCodes);
  return known ? code : kGrpcUnknown;
}

}  // namespace

std::string_view grpc_code_name(size_t code) {
  static constexpr std::array<std::string_view, kGrpcCodes> kNames = {"OK",
                                                                      "CANCELLED",
                                                                      "UNKNOWN",
                                                                      "INVALID_ARGUMENT",
                                                                      "DEADLINE_EXCEEDED",
                                                                      "NOT_FOUND",
                                                                      "ALREADY_EXISTS",
                                                                      "PERMISSION_DENIED",
                                                                      "RESOURCE_EXHAUSTED",
                                                                      "FAILED_PRECONDITION",
                                                                      "ABORTED",
                                                                      "OUT_OF_RANGE",
                                                                      "UNIMPLEMENTED",
                                                                      "INTERNAL",
                                                                      "UNAVAILABLE",
                                                                      "DATA_LOSS",
                                                                      "UNAUTHENTICATED"};
  return kNames[code];
}

int grpc_status_in(const http::Fields& fields) {
  const http::Field* const found = fields.find(kField);
  return found == nullptr ? kNoGrpcStatus : parse(found->value);
}

int grpc_status_in(std::string_view trailers) {
  while (!trailers.empty()) {
    const std::string_view line = trailers.substr(0, trailers.find("\r\n"));
    if (line.starts_with(kField) && line.substr(kField.size()).starts_with(": ")) {
      return parse(line.substr(kField.size() + 2));
    }
    trailers.remove_prefix(std::min(trailers.size(), line.size() + 2));
  }
  return kNoGrpcStatus;
}

// What a caller does about it: 14 is tried again, the others are not.
int grpc_status_of(int http_status) {
  switch (http_status) {
    case 200:
      return 0;  // OK
    case kClientClosedRequest:
      return 1;  // CANCELLED
    case 400:
      return 3;  // INVALID_ARGUMENT
    case 401:
      return 16;  // UNAUTHENTICATED
    case 403:
      return 7;  // PERMISSION_DENIED
    case 404:
      return 5;  // NOT_FOUND
    case 405:
    case 501:
      return 12;  // UNIMPLEMENTED
    case 413:
    case 429:
      return 8;  // RESOURCE_EXHAUSTED
    case 502:
    case 503:
      return 14;  // UNAVAILABLE
    case 504:
      return 4;  // DEADLINE_EXCEEDED
    default:
      return 13;  // INTERNAL
  }
}

}  // namespace slipway::gateway
