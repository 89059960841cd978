#include "domain/webhook.h"

#include <gtest/gtest.h>

namespace slipway::domain {
namespace {

TEST(Webhook, retries_grow_and_end_after_about_a_day) {
  std::chrono::seconds whole{0};
  std::chrono::seconds last{0};
  int tries = 1;
  while (const auto pause = retry_pause(tries)) {
    EXPECT_GT(*pause, last);
    last = *pause;
    whole += *pause;
    ++tries;
  }
  EXPECT_EQ(retry_pause(1), std::chrono::seconds(5));
  EXPECT_GE(whole, std::chrono::hours(24));
  EXPECT_LE(whole, std::chrono::hours(25));
  EXPECT_EQ(tries, 9);
  EXPECT_FALSE(retry_pause(0));
}

TEST(Webhook, a_test_is_no_type_that_one_chooses) {
  EXPECT_TRUE(is_notice_type("deployment.failed"));
  EXPECT_FALSE(is_notice_type(kTestNotice));
  EXPECT_FALSE(is_notice_type(""));
}

TEST(Webhook, has_a_name_of_one_line) {
  EXPECT_FALSE(check_webhook_name("Chat of the vision team"));
  EXPECT_TRUE(check_webhook_name(""));
  EXPECT_TRUE(check_webhook_name("  "));
  EXPECT_TRUE(check_webhook_name("a\nb"));
  EXPECT_TRUE(check_webhook_name(std::string(81, 'a')));
}

}  // namespace
}  // namespace slipway::domain
