#include "api/answer_once.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Not;

class AnswerOnceTest : public ApiTest {
 protected:
  Reply make_group(const std::string& key, const std::string& body) {
    return ask_as(kAdmin, Method::kPost, "/api/v1/groups", body, {{"Idempotency-Key", key}});
  }
};

TEST_F(AnswerOnceTest, answers_a_repeat_like_the_first_and_does_nothing) {
  const Reply first = make_group("k", R"({"name":"vision"})");
  ASSERT_EQ(first.status, 201) << first.body;
  groups.groups.clear();
  const Reply again = make_group("k", R"({"name":"vision"})");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(find_field(again.fields, "Location"), find_field(first.fields, "Location"));
  EXPECT_EQ(find_field(again.fields, "ETag"), find_field(first.fields, "ETag"));
  EXPECT_EQ(find_field(again.fields, "Idempotency-Replayed"), "true");
  EXPECT_TRUE(groups.groups.empty());
}

TEST_F(AnswerOnceTest, refuses_a_used_key_for_another_body_path_or_etag) {
  create_iris();
  const HeaderFields key = {{"Idempotency-Key", "k"}};
  ASSERT_EQ(post("/api/v1/deployments/iris/stop", "{}", key).status, 202);
  EXPECT_EQ(post("/api/v1/deployments/iris/stop", "{}", key).status, 202);
  EXPECT_EQ(post("/api/v1/deployments/iris/stop", "{ }", key).status, 409);
  EXPECT_EQ(post("/api/v1/deployments/iris/start", "{}", key).status, 409);
  EXPECT_EQ(
      post("/api/v1/deployments/iris/stop", "{}", {{"Idempotency-Key", "k"}, {"If-Match", "\"2\""}})
          .status,
      409);
  EXPECT_EQ(deployments.views["iris"].deployment.generation, 2);
}

TEST_F(AnswerOnceTest, keeps_no_answer_that_shows_a_secret_and_tells_a_repeat_that_it_is_done) {
  const HeaderFields key = {{"Idempotency-Key", "k"}};
  const Reply first = post("/api/v1/tokens", R"({"name":"ci"})", key);
  ASSERT_EQ(first.status, 201);
  EXPECT_THAT(first.body, HasSubstr("slw_issued"));
  EXPECT_EQ(answers.kept.begin()->second.answer->body, "");
  const Reply again = post("/api/v1/tokens", R"({"name":"ci"})", key);
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("done already"));
  EXPECT_THAT(again.body, Not(HasSubstr("slw_issued")));
}

TEST_F(AnswerOnceTest, says_of_every_route_whose_answer_shows_a_secret_that_it_does) {
  std::vector<std::string> secret;
  for (const Route& route : api.routes().routes()) {
    if (route.text.repeat == Repeat::kShowsSecret) secret.push_back(route.operation);
  }
  EXPECT_THAT(secret, testing::UnorderedElementsAre("addClient", "rotateClient", "createToken",
                                                    "createUser", "resetPassword", "changePassword",
                                                    "createWebhook", "rotateWebhook"));
}

TEST_F(AnswerOnceTest, lets_a_key_be_used_again_after_a_refusal) {
  EXPECT_EQ(make_group("k", R"({"nme":"vision"})").status, 400);
  EXPECT_TRUE(answers.kept.empty());
  EXPECT_EQ(make_group("k", R"({"name":"vision"})").status, 201);
  EXPECT_FALSE(answers.kept.begin()->second.under_way);
}

TEST_F(AnswerOnceTest, refuses_keys_that_are_none_on_every_post) {
  EXPECT_EQ(make_group("two words", R"({"name":"vision"})").status, 400);
  EXPECT_EQ(make_group(std::string(256, 'x'), R"({"name":"vision"})").status, 400);
  EXPECT_FALSE(groups.groups.contains("vision"));
}

TEST_F(AnswerOnceTest, leaves_the_create_of_a_deployment_to_its_use_case) {
  const HeaderFields key = {{"Idempotency-Key", "k"}};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(post("/api/v1/deployments", R"({"name":"iris","image":"iris:1"})", key).status, 201);
  }
  EXPECT_TRUE(answers.kept.empty());
}

TEST_F(AnswerOnceTest, shows_the_field_in_openapi_on_every_post_of_who_is_signed_in) {
  const Json paths = json(get("/openapi.json"))["paths"];
  for (const Route& route : api.routes().routes()) {
    if (route.method != Method::kPost || route.access == Access::kInternal) continue;
    const std::string text = dump_json(paths[route.pattern]["post"]);
    EXPECT_EQ(text.find("Idempotency-Key") != std::string::npos, route.access != Access::kAnyone)
        << route.operation;
  }
}

}  // namespace
}  // namespace slipway::api
