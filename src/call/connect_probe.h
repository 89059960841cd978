#pragma once
// Does anything accept connections at an address, and does it speak HTTP/2? For readiness of images
// without an HTTP probe.
// Blocking, any thread, keeps nothing.

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace slipway::call {

struct ProbedAddress {
  std::string host;  // an IP literal or a name
  uint16_t port = 0;
  std::string unix_socket;  // at most 107 bytes; when it is given, host and port are not asked
};

// kUnavailable when refused, kDeadline after `timeout`.
Result<void> connect_probe(const ProbedAddress& address, std::chrono::milliseconds timeout);

// The same, and whether the server there begins as one of HTTP/2 does when it is greeted so (RFC
// 9113 §3.4): servers of gRPC speak nothing else. kInternal when it says anything else, or nothing.
Result<void> http2_probe(const ProbedAddress& address, std::chrono::milliseconds timeout);

}  // namespace slipway::call
