#include "control/gateway_register.h"

#include <algorithm>

namespace slipway::control {

bool GatewayRegister::record(const snapshot::Ack& ack, Monotonic now) {
  anybody_ever_ = true;
  if (ack.leaving) return gateways_.erase(ack.gateway_id) > 0;
  // What was adopted from another store says nothing about our replicas.
  const bool ours = ack.control_id == control_id_;
  const GatewayView next{.id = ack.gateway_id,
                         .adopted_version = ours ? ack.adopted_version : 0,
                         .oldest_in_use_version = ours ? ack.oldest_in_use_version : 0,
                         .metrics_at = ack.metrics_at,
                         .last_seen = now,
                         .certificates = ack.certificates};
  const auto [at, is_new] = gateways_.try_emplace(ack.gateway_id, next);
  const bool changed = is_new || at->second.adopted_version != next.adopted_version ||
                       at->second.oldest_in_use_version != next.oldest_in_use_version;
  at->second = next;
  return changed;
}

bool GatewayRegister::forget_the_silent(Monotonic now) {
  return std::erase_if(gateways_, [&](const auto& entry) {
           return now - entry.second.last_seen >= GatewayFeed::kForgetAfter;
         }) > 0;
}

std::optional<Monotonic> GatewayRegister::next_forgetting() const {
  std::optional<Monotonic> next;
  for (const auto& [id, gateway] : gateways_) {
    const Monotonic at = gateway.last_seen + GatewayFeed::kForgetAfter;
    next = next ? std::min(*next, at) : at;
  }
  return next;
}

uint64_t GatewayRegister::adopted_everywhere() const {
  uint64_t least = 0;
  bool first = true;
  for (const auto& [id, gateway] : gateways_) {
    least = first ? gateway.adopted_version : std::min(least, gateway.adopted_version);
    first = false;
  }
  return least;
}

uint64_t GatewayRegister::oldest_in_use() const {
  uint64_t oldest = 0;
  for (const auto& [id, gateway] : gateways_) {
    for (const uint64_t version : {gateway.adopted_version, gateway.oldest_in_use_version}) {
      if (version != 0 && (oldest == 0 || version < oldest)) oldest = version;
    }
  }
  return oldest;
}

std::vector<GatewayView> GatewayRegister::views() const {
  std::vector<GatewayView> views;
  for (const auto& [id, gateway] : gateways_) views.push_back(gateway);
  return views;
}

}  // namespace slipway::control
