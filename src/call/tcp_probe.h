#pragma once
// Does anything accept connections at host:port, and does it speak HTTP/2? For readiness of images
// without an HTTP probe.
// Blocking, any thread, keeps nothing.

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace slipway::call {

// `host` is an IP literal or a name. kUnavailable when refused, kDeadline after `timeout`.
Result<void> tcp_probe(const std::string& host, uint16_t port, std::chrono::milliseconds timeout);

// The same, and whether the server there begins as one of HTTP/2 does when it is greeted so (RFC
// 9113 §3.4): servers of gRPC speak nothing else. kInternal when it says anything else, or nothing.
Result<void> http2_probe(const std::string& host, uint16_t port, std::chrono::milliseconds timeout);

}  // namespace slipway::call
