#pragma once
// Does anything accept connections at host:port? For readiness of images without an HTTP probe.
// Blocking, any thread, keeps nothing.

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace slipway::call {

// `host` is an IP literal or a name. kUnavailable when refused, kDeadline after `timeout`.
Result<void> tcp_probe(const std::string& host, uint16_t port, std::chrono::milliseconds timeout);

}  // namespace slipway::call
