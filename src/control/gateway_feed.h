#pragma once
// Control's side of the contract with gateways: the newest snapshot, and who has acknowledged what.
// Gateways ask (long poll); control never reaches into one. A gateway that has not asked for
// kForgetAfter is forgotten, so that a dead one does not hold a roll-out up for ever. Any thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "snapshot/ack.h"
#include "snapshot/snapshot.h"

namespace slipway::control {

struct GatewayView {
  std::string id;
  uint64_t adopted_version = 0;
  uint64_t oldest_in_use_version = 0;
  std::string metrics_at = {};  // address:port; "": it shows none
  Monotonic last_seen{};
  std::vector<snapshot::ServedCertificate> certificates = {};  // the first to end first
};

class GatewayFeed {
 public:
  static constexpr std::chrono::seconds kForgetAfter{30};

  virtual ~GatewayFeed() = default;

  // Control's loop: publishes; versions grow by the publisher, and routes equal to the present ones
  // publish nothing.
  virtual void publish(std::vector<snapshot::Route> routes) = 0;
  // Is `predicate`'s version adopted by every live gateway, with at least one live?
  virtual uint64_t adopted_everywhere() const = 0;  // 0: nobody is there
  virtual uint64_t oldest_in_use() const = 0;       // over all live gateways
  virtual std::shared_ptr<const snapshot::Snapshot> current() const = 0;
  virtual std::vector<GatewayView> gateways() const = 0;
  // Of those that show any.
  std::vector<std::string> metric_addresses() const {
    std::vector<std::string> out;
    for (GatewayView& gateway : gateways()) {
      if (!gateway.metrics_at.empty()) out.push_back(std::move(gateway.metrics_at));
    }
    return out;
  }

  // The API's internal route. poll(): records the ack, then calls `answer` once, on any thread:
  // with the encoded newer snapshot as soon as there is one, or with nullptr at the timeout.
  virtual void poll(const snapshot::Ack& ack, uint64_t after, std::chrono::milliseconds timeout,
                    std::function<void(std::shared_ptr<const std::string> encoded)> answer) = 0;
};

}  // namespace slipway::control
