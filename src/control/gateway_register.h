#pragma once
// Which gateways live, and which snapshots each of them has adopted and still uses. A value without
// a lock, owned by the feed; time is passed in.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "control/gateway_feed.h"
#include "snapshot/ack.h"

namespace slipway::control {

class GatewayRegister {
 public:
  explicit GatewayRegister(std::string control_id) : control_id_(std::move(control_id)) {}

  // True: something changed that a roll-out may wait for. Who is leaving is forgotten at once.
  bool record(const snapshot::Ack& ack, Monotonic now);
  // Forgets who has not been heard of for GatewayFeed::kForgetAfter. True: somebody was.
  bool forget_the_silent(Monotonic now);
  // When forget_the_silent() has something to do at the earliest.
  std::optional<Monotonic> next_forgetting() const;

  bool anybody() const { return !gateways_.empty(); }
  bool anybody_ever() const { return anybody_ever_; }
  // 0: nobody is there, or somebody has adopted none of ours.
  uint64_t adopted_everywhere() const;
  // The oldest that anybody still uses; 0: nobody uses any.
  uint64_t oldest_in_use() const;
  std::vector<GatewayView> views() const;

 private:
  const std::string control_id_;
  std::map<std::string, GatewayView> gateways_;
  bool anybody_ever_ = false;
};

}  // namespace slipway::control
