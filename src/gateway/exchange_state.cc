#include "gateway/exchange_state.h"

namespace slipway::gateway {

std::string_view to_string(ExchangeState state) {
  static constexpr std::array<std::string_view, kExchangeStates + 1> kNames = {
      "idle",    "holding",        "queued",   "connecting", "sending",
      "waiting", "replying_early", "replying", "illegal"};
  return kNames[static_cast<size_t>(state)];
}

std::string_view to_string(ExchangeEvent event) {
  static constexpr std::array<std::string_view, kExchangeEvents> kNames = {
      "accept",     "queue",       "connect", "reuse",  "connected", "request_sent",
      "reply_head", "reply_whole", "retry",   "answer", "cut"};
  return kNames[static_cast<size_t>(event)];
}

}  // namespace slipway::gateway
