#pragma once
// The states of one proxied exchange and every legal step between them, as a table.
//
//   idle --accept--> holding --connect--> connecting --connected--> sending
//                    holding --reuse-----------------------------> sending
//                    holding --queue--> queued --connect, reuse--> as from holding
//   sending --request_sent--> waiting --reply_head--> replying --reply_whole--> idle
//   sending --reply_head--> replying_early --request_sent--> replying   (an early reply)
//   connecting, sending, waiting --retry--> holding                     (nothing was lost by it)
//   idle, holding, queued, connecting, sending, waiting --answer--> idle  (a reply of our own)
//   any but idle --cut--> idle                                          (one side went away)
//
// Anything else is a bug and asserts. Values and one constexpr table; no state of its own.

#include <array>
#include <cstdint>
#include <string_view>

namespace slipway::gateway {

enum class ExchangeState : uint8_t {
  kIdle,           // no request
  kHolding,        // accepted, nothing sent upstream yet
  kQueued,         // every replica is at its limit; what the client sends is kept
  kConnecting,     // a new connection is being made; what the client sends is kept
  kSending,        // head sent, the request goes on
  kWaiting,        // request sent whole, no reply yet
  kReplyingEarly,  // the reply began while the request goes on
  kReplying,       // request sent whole, the reply goes on
  kIllegal         // not a state: the table's mark for impossible steps
};
inline constexpr size_t kExchangeStates = static_cast<size_t>(ExchangeState::kIllegal);

enum class ExchangeEvent : uint8_t {
  kAccept,
  kQueue,
  kConnect,
  kReuse,
  kConnected,
  kRequestSent,
  kReplyHead,
  kReplyWhole,
  kRetry,
  kAnswer,
  kCut,
  kCount
};
inline constexpr size_t kExchangeEvents = static_cast<size_t>(ExchangeEvent::kCount);

std::string_view to_string(ExchangeState state);
std::string_view to_string(ExchangeEvent event);

namespace exchange_table {
using enum ExchangeState;
inline constexpr ExchangeState X = kIllegal;
inline constexpr std::array<std::array<ExchangeState, kExchangeEvents>, kExchangeStates> kNext = {{
    // clang-format off
    // accept   queue    connect      reuse     connected request_sent reply_head      reply_whole retry     answer cut
    {kHolding,  X,       X,           X,        X,        X,           X,              X,          X,        kIdle, X},      // idle
    {X,         kQueued, kConnecting, kSending, X,        X,           X,              X,          X,        kIdle, kIdle},  // holding
    {X,         X,       kConnecting, kSending, X,        X,           X,              X,          X,        kIdle, kIdle},  // queued
    {X,         X,       X,           X,        kSending, X,           X,              X,          kHolding, kIdle, kIdle},  // connecting
    {X,         X,       X,           X,        X,        kWaiting,    kReplyingEarly, X,          kHolding, kIdle, kIdle},  // sending
    {X,         X,       X,           X,        X,        X,           kReplying,      X,          kHolding, kIdle, kIdle},  // waiting
    {X,         X,       X,           X,        X,        kReplying,   X,              kIdle,      X,        X,     kIdle},  // replying_early
    {X,         X,       X,           X,        X,        X,           X,              kIdle,      X,        X,     kIdle},  // replying
    // clang-format on
}};
}  // namespace exchange_table

// kIllegal when `event` cannot happen in `state`.
inline constexpr ExchangeState next_state(ExchangeState state, ExchangeEvent event) {
  return exchange_table::kNext[static_cast<size_t>(state)][static_cast<size_t>(event)];
}

}  // namespace slipway::gateway
