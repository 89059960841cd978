#include "api/session_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(ApiTest, gives_a_token_for_user_and_password) {
  anonymous = true;
  const Reply reply =
      post("/api/v1/session", R"({"user":"ada","password":"correct","token_name":"laptop"})");
  ASSERT_EQ(reply.status, 201);
  EXPECT_EQ(json(reply)["token"], "slw_secret");
  EXPECT_EQ(json(reply)["name"], "laptop");
  EXPECT_EQ(json(reply)["user"], "ada");
}

TEST_F(ApiTest, never_repeats_a_wrong_password) {
  anonymous = true;
  const Reply reply = post("/api/v1/session", R"({"user":"ada","password":"hunter2"})");
  EXPECT_EQ(reply.status, 401);
  EXPECT_THAT(reply.body, Not(HasSubstr("hunter2")));
}

TEST_F(ApiTest, names_what_a_sign_in_lacks) {
  anonymous = true;
  EXPECT_THAT(faults(post("/api/v1/session", R"({"user":1})")),
              ElementsAre("user: must be a string, not a number", "password: is required"));
}

TEST_F(ApiTest, says_who_the_token_belongs_to) {
  const Json me = json(get("/api/v1/me"));
  EXPECT_EQ(me["user"], "ada");
  EXPECT_EQ(me["groups"], Json::array({"default"}));
  EXPECT_EQ(me["may_write"], true);
  EXPECT_EQ(me["token_id"], "t1");
}

TEST_F(ApiTest, issues_lists_and_revokes_own_tokens) {
  const Reply issued = post("/api/v1/tokens", R"({"name":"ci","scope":"read"})");
  EXPECT_EQ(issued.status, 201);
  EXPECT_EQ(json(issued)["token"], "slw_issued");
  EXPECT_EQ(json(issued)["scope"], "read");
  EXPECT_EQ(json(issued)["user"], "ada");
  const Reply list = get("/api/v1/tokens");
  EXPECT_EQ(json(list)["items"][0]["id"], "t1");
  EXPECT_THAT(list.body, Not(HasSubstr("slw_")));
  EXPECT_EQ(ask(http::Method::kDelete, "/api/v1/tokens/t1").status, 204);
  EXPECT_EQ(ask(http::Method::kDelete, "/api/v1/tokens/t7").status, 404);
  EXPECT_THAT(
      faults(post("/api/v1/tokens", R"({"name":"ci","scope":"root","lifetime_seconds":0})")),
      ElementsAre(StartsWith("scope: "), StartsWith("lifetime_seconds: ")));
}

}  // namespace
}  // namespace slipway::api
