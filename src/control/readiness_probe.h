#pragma once
// Asks one replica once whether it is ready (design.md §3): GET /health/status, when the image does
// not know that path /health/ping, when it knows neither the answer itself is enough, as is a
// server that speaks HTTP/2 alone (gRPC); or the user's own path, which must answer 2xx. Blocking,
// any thread. Keeps nothing about replicas; when to ask, and how often it may fail, is
// probe_schedule.h's business.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "call/http_client.h"

namespace slipway::control {

struct ProbeTarget {
  std::string host;
  uint16_t port = 0;
  // Where its gateway reaches it instead, when it listens there (ObservedReplica::unix_socket).
  std::string unix_socket = {};
  std::optional<std::string> path = {};
  std::chrono::milliseconds timeout{1000};
  bool operator==(const ProbeTarget&) const = default;
};

struct ProbeOutcome {
  bool ready = false;
  bool slow = false;  // no answer in time
  // Why not, to be read after the replica's name: "answers 500 on /health/status". Empty when
  // ready.
  std::string cause = {};
  bool operator==(const ProbeOutcome&) const = default;
};

// A seam: tests script what replicas answer.
class Prober {
 public:
  virtual ~Prober() = default;
  virtual ProbeOutcome probe(const ProbeTarget& target) = 0;
};

class HttpProber final : public Prober {
 public:
  ProbeOutcome probe(const ProbeTarget& target) override;

 private:
  call::HttpClient client_;
};

}  // namespace slipway::control
