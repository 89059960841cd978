#include "api/webhook_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kOne = "/api/v1/webhooks/wh-1";

TEST_F(ApiTest, makes_a_webhook_and_shows_its_secret_once) {
  const Reply made =
      post("/api/v1/webhooks", R"({"group":"vision","name":"Chat","url":"https://hooks.example/x",)"
                               R"("events":["deployment.failed"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made)["secret"], "whsec_once");
  EXPECT_EQ(find_field(made.fields, "Location"), kOne);
  EXPECT_EQ(webhooks.created.group, "vision");
  EXPECT_EQ(webhooks.created.events, std::vector<std::string>{"deployment.failed"});
  EXPECT_TRUE(webhooks.created.enabled);
  for (const char* path : {"/api/v1/webhooks", kOne}) {
    EXPECT_THAT(get(path).body, Not(HasSubstr("whsec_"))) << path;
  }
  ASSERT_EQ(post("/api/v1/webhooks", R"({"group":null,"name":"All","url":"https://x.example/",)"
                                     R"("events":["quota.refused"],"enabled":false})")
                .status,
            201);
  EXPECT_EQ(webhooks.created.group, "");
  EXPECT_FALSE(webhooks.created.enabled);
}

TEST_F(ApiTest, names_what_is_missing_in_a_webhook) {
  EXPECT_THAT(faults(post("/api/v1/webhooks", R"({"group":"","secret":"mine","events":"all"})")),
              testing::UnorderedElementsAre(HasSubstr("group: must be"), HasSubstr("name: "),
                                            HasSubstr("url: "), HasSubstr("events: must be"),
                                            HasSubstr("secret: ")));
}

TEST_F(ApiTest, changes_a_webhook_that_the_caller_has_seen) {
  const Reply changed =
      ask(http::Method::kPatch, kOne, R"({"enabled":false,"events":["quota.refused"]})",
          {{"If-Match", "\"1\""}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(find_field(changed.fields, "ETag"), "\"1\"");
  EXPECT_EQ(webhooks.last_expected, 1);
  EXPECT_EQ(webhooks.patched.enabled, false);
  EXPECT_FALSE(webhooks.patched.url);
  EXPECT_EQ(webhooks.patched.events, std::vector<std::string>{"quota.refused"});
  EXPECT_EQ(ask(http::Method::kDelete, kOne).status, 204);
  EXPECT_EQ(json(post(std::string(kOne) + "/rotate"))["secret"], "whsec_next");
  EXPECT_EQ(get("/api/v1/webhooks/wh-2").status, 404);
}

TEST_F(ApiTest, shows_what_was_told_with_its_tries) {
  webhooks.delivery.attempts = {{1, {}, 12, 0, "cannot reach it", ""}, {2, {}, 3, 200, "", "ok"}};
  const Json page = json(get(std::string(kOne) + "/deliveries?limit=2&cursor=9"));
  EXPECT_EQ(webhooks.last_limit, 2);
  EXPECT_EQ(webhooks.last_cursor, "9");
  EXPECT_EQ(page["next_cursor"], "7");
  const Json& attempts = page["items"][0]["attempts"];
  EXPECT_TRUE(attempts[0]["status"].is_null());
  EXPECT_EQ(attempts[0]["error"], "cannot reach it");
  EXPECT_EQ(attempts[1]["status"], 200);
  EXPECT_TRUE(attempts[1]["error"].is_null());
  EXPECT_EQ(post(std::string(kOne) + "/test").status, 202);
  EXPECT_EQ(post(std::string(kOne) + "/deliveries/msg_1/redeliver").status, 202);
  EXPECT_EQ(post(std::string(kOne) + "/deliveries/msg_2/redeliver").status, 404);
  EXPECT_THAT(faults(post(std::string(kOne) + "/test", R"({"event":"x"})")).size(), 1U);
}

}  // namespace
}  // namespace slipway::api
