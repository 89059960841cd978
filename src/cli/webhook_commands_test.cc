#include "cli/command_line_fixture_test.h"

namespace slipway::cli {
namespace {

using testing::HasSubstr;

class WebhookCommandsTest : public CommandLineTest {
 protected:
  static constexpr const char* kHook =
      R"({"id":"wh-1","group":"vision","name":"Chat","url":"https://hooks.example/x",)"
      R"("events":["deployment.failed","quota.refused"],"enabled":true,"disabled_reason":null})";
};

TEST_F(WebhookCommandsTest, makes_one_and_prints_its_secret_alone) {
  serve("POST /api/v1/webhooks", 201, R"({"id":"wh-1","secret":"whsec_once"})");
  ASSERT_EQ(run({"webhooks", "create", "Chat", "--group", "vision", "--url",
                 "https://hooks.example/x", "--events", "deployment.failed,quota.refused"}),
            0)
      << err;
  EXPECT_EQ(out, "whsec_once\n");
  EXPECT_THAT(err, HasSubstr("wh-1"));
  EXPECT_EQ(sent(0), (Json{{"group", "vision"},
                           {"name", "Chat"},
                           {"url", "https://hooks.example/x"},
                           {"events", {"deployment.failed", "quota.refused"}}}));
  ASSERT_EQ(run({"webhooks", "create", "All", "--platform", "--url", "https://x.example/",
                 "--events", "quota.refused"}),
            0);
  EXPECT_TRUE(sent(0)["group"].is_null());
  EXPECT_EQ(run({"webhooks", "create", "All", "--url", "https://x.example/"}), 2);
}

TEST_F(WebhookCommandsTest, lists_them_with_why_one_is_off) {
  serve("GET /api/v1/webhooks", 200,
        std::string(R"({"items":[)") + kHook +
            R"(,{"id":"wh-2","group":null,"name":"All","url":"https://x.example/",)"
            R"("events":["quota.refused"],"enabled":false,"disabled_reason":"gone"}]})");
  ASSERT_EQ(run({"webhooks", "list"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("vision      Chat"));
  EXPECT_THAT(out, HasSubstr("deployment.failed,quota.refused"));
  EXPECT_THAT(out, HasSubstr("(platform)"));
  EXPECT_THAT(out, HasSubstr("disabled: gone"));
}

TEST_F(WebhookCommandsTest, changes_tests_and_deletes) {
  serve("PATCH /api/v1/webhooks/wh-1", 200, kHook);
  ASSERT_EQ(run({"webhooks", "update", "wh-1", "--disable"}), 0) << err;
  EXPECT_EQ(sent(0), (Json{{"enabled", false}}));
  EXPECT_EQ(run({"webhooks", "update", "wh-1"}), 2);
  serve("POST /api/v1/webhooks/wh-1/test", 202,
        R"({"id":"msg_1","type":"webhook.test","state":"pending","attempts":[]})");
  ASSERT_EQ(run({"webhooks", "test", "wh-1", "-o", "name"}), 0) << err;
  EXPECT_EQ(out, "msg_1\n");
  serve("POST /api/v1/webhooks/wh-1/rotate", 200, R"({"id":"wh-1","secret":"whsec_next"})");
  ASSERT_EQ(run({"webhooks", "rotate", "wh-1"}), 0) << err;
  EXPECT_EQ(out, "whsec_next\n");
  serve("DELETE /api/v1/webhooks/wh-1", 204, "");
  EXPECT_EQ(run({"webhooks", "delete", "wh-1", "--yes"}), 0) << err;
}

TEST_F(WebhookCommandsTest, shows_deliveries_and_sends_one_again) {
  serve("GET /api/v1/webhooks/wh-1/deliveries?limit=20", 200,
        R"({"items":[{"id":"msg_2","type":"deployment.failed","state":"pending","created_at":"T",)"
        R"("attempts":[{"status":500,"error":null},{"status":null,"error":"no answer"}]},)"
        R"({"id":"msg_1","type":"webhook.test","state":"delivered","created_at":"S",)"
        R"("attempts":[{"status":204,"error":null}]}]})");
  ASSERT_EQ(run({"webhooks", "deliveries", "wh-1"}), 0) << err;
  EXPECT_EQ(out,
            "ID     TYPE               STATE      CREATED  TRIES  LAST\n"
            "msg_2  deployment.failed  pending    T        2      no answer\n"
            "msg_1  webhook.test       delivered  S        1      204\n");
  serve("POST /api/v1/webhooks/wh-1/deliveries/msg_2/redeliver", 202, R"({"id":"msg_2"})");
  EXPECT_EQ(run({"webhooks", "redeliver", "wh-1", "msg_2"}), 0) << err;
}

}  // namespace
}  // namespace slipway::cli
