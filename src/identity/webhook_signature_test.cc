#include "identity/webhook_signature.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::identity {
namespace {

// The example in the reference implementations of Standard Webhooks.
TEST(WebhookSignature, is_that_of_the_specification) {
  EXPECT_EQ(
      webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1614265330, R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, hangs_on_every_part) {
  store::TestRandom random;
  const std::string secret = make_webhook_secret(random);
  const std::string other = make_webhook_secret(random);
  EXPECT_NE(secret, other);
  const std::string signature = webhook_signature(secret, "msg_1", 7, "{}");
  EXPECT_EQ(signature, webhook_signature(secret, "msg_1", 7, "{}"));
  EXPECT_NE(signature, webhook_signature(other, "msg_1", 7, "{}"));
  EXPECT_NE(signature, webhook_signature(secret, "msg_2", 7, "{}"));
  EXPECT_NE(signature, webhook_signature(secret, "msg_1", 8, "{}"));
  EXPECT_NE(signature, webhook_signature(secret, "msg_1", 7, "{ }"));
}

TEST(WebhookSignature, is_none_without_a_secret) {
  for (const char* bad : {"", "whsec_", "whsec_!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    EXPECT_EQ(webhook_signature(bad, "msg_1", 7, "{}"), "") << bad;
  }
}

}  // namespace
}  // namespace slipway::identity
