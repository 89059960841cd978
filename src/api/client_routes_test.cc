#include "api/client_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using http::Method;

constexpr const char* kAll = "/api/v1/deployments/iris/clients";
constexpr const char* kBot = "/api/v1/deployments/iris/clients/bot";

class ClientRoutesTest : public ApiTest {
 protected:
};

TEST_F(ClientRoutesTest, shows_the_token_when_a_client_is_added_and_never_again) {
  const Reply added =
      post(kAll, R"({"name":"bot","expires_at":"2030-01-31T12:00:00Z","requests_per_minute":60})");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(json(added)["token"], "slc_first");
  EXPECT_EQ(json(added)["expires_at"], "2030-01-31T12:00:00.000000Z");
  EXPECT_EQ(field_of(added, "Location"), kBot);
  EXPECT_EQ(clients.last_id, "iris");
  for (const Reply& later : {get(kAll), get(kBot)}) {
    EXPECT_EQ(later.status, 200);
    EXPECT_EQ(later.body.find("token\""), std::string::npos) << later.body;
  }
  EXPECT_EQ(json(get(kAll))["items"][0]["name"], "bot");
  EXPECT_EQ(post(kAll, R"({"name":"bot"})").status, 409);
}

TEST_F(ClientRoutesTest, names_every_bad_field) {
  const Reply refused = post(kAll, R"({"expires_at":"tomorrow","requests_per_minute":0,"rate":1})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(faults(refused).size(), 4u) << refused.body;
}

TEST_F(ClientRoutesTest, changes_what_is_there_and_clears_what_is_null) {
  post(kAll, R"({"name":"bot","expires_at":"2030-01-31T12:00:00Z"})");
  Json changed = json(ask(Method::kPatch, kBot, R"({"requests_per_minute":60})"));
  EXPECT_EQ(changed["requests_per_minute"], 60);
  EXPECT_EQ(changed["expires_at"], "2030-01-31T12:00:00.000000Z");
  changed = json(ask(Method::kPatch, kBot, R"({"expires_at":null,"requests_per_minute":null})"));
  EXPECT_TRUE(changed["expires_at"].is_null());
  EXPECT_TRUE(changed["requests_per_minute"].is_null());
  EXPECT_EQ(ask(Method::kPatch, kBot, R"({"name":"other"})").status, 400);
}

TEST_F(ClientRoutesTest, rotates_with_an_overlap_of_at_most_a_week) {
  post(kAll, R"({"name":"bot"})");
  const std::string rotate = std::string(kBot) + "/rotate";
  const Reply rotated = post(rotate, R"({"overlap_seconds":3600})");
  EXPECT_EQ(rotated.status, 200);
  EXPECT_EQ(json(rotated)["token"], "slc_second");
  EXPECT_EQ(clients.last_overlap, std::chrono::hours(1));
  EXPECT_EQ(post(rotate).status, 200);
  EXPECT_EQ(clients.last_overlap, std::chrono::seconds(0));
  EXPECT_EQ(post(rotate, R"({"overlap_seconds":604801})").status, 400);
}

TEST_F(ClientRoutesTest, removes) {
  post(kAll, R"({"name":"bot"})");
  EXPECT_EQ(ask(Method::kDelete, kBot).status, 204);
  EXPECT_EQ(ask(Method::kDelete, kBot).status, 404);
}

TEST_F(ClientRoutesTest, describes_the_members_that_answers_have) {
  const Json schema = json(get("/openapi.json"))["components"]["schemas"]["Client"];
  std::vector<std::string> described;
  for (const auto& [name, value] : schema["properties"].items()) described.push_back(name);
  std::vector<std::string> shown;
  const Json client = client_json({});
  for (const auto& [name, value] : client.items()) shown.push_back(name);
  EXPECT_THAT(shown, testing::UnorderedElementsAreArray(described));
}

}  // namespace
}  // namespace slipway::api
