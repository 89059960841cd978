#include "gateway/refusal.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>

namespace slipway::gateway {
namespace {

using Kind = Loss::Kind;

TEST(Refusal, tells_a_replica_that_was_never_reached_from_one_that_went_away) {
  EXPECT_EQ(lost_refusal({Kind::kNotConnected, ECONNREFUSED, true, false}, false).failure,
            Failure::kConnect);
  EXPECT_EQ(lost_refusal({Kind::kNotConnected, ETIMEDOUT, true, false}, false).reply.status, 504);
  EXPECT_EQ(lost_refusal({Kind::kClosed, 0, false, false}, false).failure, Failure::kLost);
  EXPECT_EQ(lost_refusal({Kind::kBadReply, 0, false, true}, false).failure, Failure::kBadReply);
}

TEST(Refusal, says_of_control_whether_the_request_may_be_repeated) {
  const Refusal untouched = lost_refusal({Kind::kClosed, 0, true, false}, true);
  EXPECT_EQ(untouched.reply.status, 503);
  EXPECT_EQ(untouched.reply.retry_after, 1);
  const Refusal unknown = lost_refusal({Kind::kClosed, 0, false, false}, true);
  EXPECT_EQ(unknown.reply.status, 502);
  EXPECT_EQ(unknown.reply.retry_after, 0);
  EXPECT_EQ(timeout_refusal(true).failure, Failure::kControlAway);
}

TEST(Refusal, asks_for_a_credential_only_when_one_would_help) {
  EXPECT_TRUE(admission_refusal({.kind = Admission::Kind::kMissing}).reply.challenge);
  const Refusal fast = admission_refusal(
      {.kind = Admission::Kind::kTooFast, .rate = {.wait = std::chrono::milliseconds(6'001)}});
  EXPECT_FALSE(fast.reply.challenge);
  EXPECT_EQ(fast.reply.status, 429);
  EXPECT_EQ(fast.reply.retry_after, 7);
}

TEST(Refusal, says_when_to_come_back_where_waiting_helps) {
  for (const Refusal& refusal : {queue_full_refusal(), queue_timeout_refusal()}) {
    EXPECT_EQ(refusal.reply.status, 503);
    EXPECT_EQ(refusal.reply.retry_after, 1);
  }
  EXPECT_EQ(too_large_refusal().reply.retry_after, 0);
  const Refusal fast = deployment_rate_refusal({.wait = std::chrono::milliseconds(1)});
  EXPECT_EQ(fast.failure, Failure::kDeploymentRate);
  EXPECT_EQ(fast.reply.status, 429);
  EXPECT_EQ(fast.reply.retry_after, 1);
}

}  // namespace
}  // namespace slipway::gateway
