#include "gateway/exchange_state.h"

#include <gtest/gtest.h>

#include <vector>

namespace slipway::gateway {
namespace {

using E = ExchangeEvent;
using S = ExchangeState;

S after(const std::vector<E>& events) {
  S state = S::kIdle;
  for (const E event : events) {
    state = next_state(state, event);
    if (state == S::kIllegal) return state;
  }
  return state;
}

TEST(ExchangeState, walks_through_a_request_on_a_new_and_on_a_pooled_connection) {
  EXPECT_EQ(after({E::kAccept, E::kConnect, E::kConnected, E::kRequestSent, E::kReplyHead,
                   E::kReplyWhole}),
            S::kIdle);
  EXPECT_EQ(after({E::kAccept, E::kReuse, E::kRequestSent, E::kReplyHead}), S::kReplying);
}

TEST(ExchangeState, waits_for_room_only_before_anything_was_sent) {
  EXPECT_EQ(after({E::kAccept, E::kQueue, E::kReuse}), S::kSending);
  EXPECT_EQ(after({E::kAccept, E::kQueue, E::kConnect, E::kRetry, E::kQueue}), S::kQueued);
  for (size_t i = 0; i < kExchangeStates; ++i) {
    const S state = static_cast<S>(i);
    EXPECT_EQ(next_state(state, E::kQueue) == S::kQueued, state == S::kHolding) << to_string(state);
  }
}

TEST(ExchangeState, knows_early_replies) {
  EXPECT_EQ(after({E::kAccept, E::kReuse, E::kReplyHead}), S::kReplyingEarly);
  EXPECT_EQ(after({E::kAccept, E::kReuse, E::kReplyHead, E::kRequestSent}), S::kReplying);
  EXPECT_EQ(after({E::kAccept, E::kReuse, E::kReplyHead, E::kReplyWhole}), S::kIdle);
}

TEST(ExchangeState, never_retries_and_never_answers_once_the_reply_has_begun) {
  for (const S state : {S::kReplying, S::kReplyingEarly}) {
    EXPECT_EQ(next_state(state, E::kRetry), S::kIllegal);
    EXPECT_EQ(next_state(state, E::kAnswer), S::kIllegal);
  }
}

TEST(ExchangeState, can_be_cut_everywhere_but_at_rest_and_then_rests) {
  for (size_t i = 0; i < kExchangeStates; ++i) {
    const S state = static_cast<S>(i);
    EXPECT_EQ(next_state(state, E::kCut), state == S::kIdle ? S::kIllegal : S::kIdle)
        << to_string(state);
  }
}

TEST(ExchangeState, accepts_a_request_only_at_rest) {
  for (size_t i = 0; i < kExchangeStates; ++i) {
    const S state = static_cast<S>(i);
    EXPECT_EQ(next_state(state, E::kAccept) == S::kHolding, state == S::kIdle) << to_string(state);
  }
}

}  // namespace
}  // namespace slipway::gateway
