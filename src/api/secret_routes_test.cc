#include "api/secret_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using http::Method;
using testing::ElementsAre;
using testing::HasSubstr;
using Logins = FakePullSecrets::Logins;

constexpr const char* kHub =
    R"({"group":"default","name":"hub","registry":"Docker.IO","user":"ada","password":"hush"})";

TEST_F(ApiTest, keeps_a_pull_secret_and_never_says_its_password) {
  const Reply made = post("/api/v1/secrets", kHub);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(find_field(made.fields, "Location"), "/api/v1/secrets/default/hub");
  EXPECT_EQ(find_field(made.fields, "ETag"), "\"1\"");
  EXPECT_EQ(secrets.last_logins, (Logins{{"docker.io", "ada", "hush"}}));
  EXPECT_EQ(dump_json(json(made)["registries"]), R"([{"registry":"docker.io","user":"ada"}])");
  for (const Reply& reply : {made, get("/api/v1/secrets"), get("/api/v1/secrets/default/hub")}) {
    EXPECT_LT(reply.status, 300);
    EXPECT_EQ(reply.body.find("hush"), std::string::npos);
  }
}

TEST_F(ApiTest, a_pull_secret_of_every_group_is_null_in_json_and_a_dash_in_paths) {
  const Reply made =
      post("/api/v1/secrets",
           R"({"group":null,"name":"hub","registry":"ghcr.io","user":"ada","password":"hush"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(find_field(made.fields, "Location"), "/api/v1/secrets/-/hub");
  EXPECT_TRUE(json(made)["group"].is_null());
  EXPECT_EQ(get("/api/v1/secrets/-/hub").status, 200);
  EXPECT_EQ(ask(Method::kDelete, "/api/v1/secrets/-/hub").status, 204);
  EXPECT_EQ(get("/api/v1/secrets/-/hub").status, 404);
}

TEST_F(ApiTest, takes_a_docker_config_instead_of_one_login) {
  ASSERT_EQ(post("/api/v1/secrets", kHub).status, 201);
  const Reply changed =
      ask(Method::kPut, "/api/v1/secrets/default/hub",
          R"({"docker_config":{"auths":{"https://index.docker.io/v1/":{"auth":"YWRhOmh1c2g="},)"
          R"("ghcr.io":{"username":"bob","password":"hush"}}}})",
          {{"If-Match", "\"1\""}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(secrets.last_logins,
            (Logins{{"docker.io", "ada", "hush"}, {"ghcr.io", "bob", "hush"}}));
  EXPECT_EQ(find_field(changed.fields, "ETag"), "\"2\"");
  EXPECT_EQ(ask(Method::kDelete, "/api/v1/secrets/default/hub", "", {{"If-Match", "\"1\""}}).status,
            412);
}

TEST_F(ApiTest, names_what_is_wrong_with_a_pull_secret_and_quotes_no_password) {
  const Reply missing = post("/api/v1/secrets", R"({"group":"","registry":"a b"})");
  EXPECT_EQ(missing.status, 400);
  EXPECT_THAT(faults(missing),
              testing::IsSupersetOf({HasSubstr("group: "), HasSubstr("name: "),
                                     HasSubstr("registry: "), HasSubstr("password: ")}));
  const Reply helper = post(
      "/api/v1/secrets",
      R"({"group":"default","name":"hub","password":"hush","docker_config":{"credsStore":"desktop"}})");
  EXPECT_EQ(helper.status, 400);
  EXPECT_THAT(faults(helper),
              ElementsAre(HasSubstr("password: is not given together"),
                          HasSubstr("docker_config.credsStore: names a credential helper")));
  EXPECT_EQ(helper.body.find("hush"), std::string::npos);
  EXPECT_TRUE(secrets.views.empty());
}

}  // namespace
}  // namespace slipway::api
