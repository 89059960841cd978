#include "api/api.h"

#include "api/api_fixture_test.h"
#include "api/json_body.h"

namespace slipway::api {
namespace {

using testing::HasSubstr;

TEST_F(ApiTest, asks_for_a_token_without_naming_an_error_when_none_was_sent) {
  anonymous = true;
  const Reply reply = get("/api/v1/deployments");
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(find_field(reply.fields, "WWW-Authenticate"), "Bearer realm=\"slipway\"");
  EXPECT_EQ(reply.content_type, "application/problem+json");
  EXPECT_EQ(json(reply)["type"], "urn:slipway:problem:unauthenticated");
  EXPECT_EQ(json(reply)["status"], 401);
}

TEST_F(ApiTest, says_invalid_token_for_one_that_does_not_hold) {
  const Reply reply =
      ask(http::Method::kGet, "/api/v1/me", "", {{"Authorization", "Bearer slw_stolen"}});
  EXPECT_EQ(reply.status, 401);
  EXPECT_THAT(std::string(find_field(reply.fields, "WWW-Authenticate")),
              HasSubstr("error=\"invalid_token\""));
}

TEST_F(ApiTest, does_not_take_user_and_password_in_place_of_a_token) {
  const Reply reply =
      ask(http::Method::kGet, "/api/v1/me", "", {{"Authorization", "Basic YWRhOmNvcnJlY3Q="}});
  EXPECT_EQ(reply.status, 401);
  EXPECT_THAT(json(reply)["detail"].get<std::string>(), HasSubstr("POST /api/v1/session"));
}

TEST_F(ApiTest, refuses_writes_with_a_read_only_token) {
  create_iris();
  const HeaderFields reader = {{"Authorization", std::string("Bearer ") + kReader}};
  EXPECT_EQ(ask(http::Method::kGet, "/api/v1/deployments/iris", "", reader).status, 200);
  for (const Route& route : api.routes().routes()) {
    if (route.access == Access::kAnyone || route.access == Access::kInternal) continue;
    if (!is_write(route.method)) continue;
    std::string path = route.pattern;
    if (const size_t at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "iris");
    EXPECT_EQ(ask(route.method, path, "", reader).status, 403) << route.operation;
  }
  EXPECT_EQ(deployments.views.at("iris").deployment.generation, 1);
}

TEST_F(ApiTest, answers_401_on_every_route_that_needs_a_token) {
  anonymous = true;
  int seen = 0;
  for (const Route& route : api.routes().routes()) {
    if (route.access == Access::kAnyone || route.access == Access::kInternal) continue;
    EXPECT_EQ(ask(route.method, route.pattern, "").status, 401) << route.operation;
    ++seen;
  }
  EXPECT_GT(seen, 15);
}

TEST_F(ApiTest, says_404_for_an_unknown_path_and_405_with_allow_for_an_unserved_method) {
  EXPECT_EQ(get("/api/v1/deploymints").status, 404);
  EXPECT_EQ(get("/api/v1/deployments/a/../b").status, 404);
  const Reply reply = ask(http::Method::kPut, "/api/v1/deployments/iris");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(find_field(reply.fields, "Allow"), "GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(json(reply)["type"], "urn:slipway:problem:method_not_allowed");
}

TEST_F(ApiTest, keeps_the_gateways_routes_and_the_public_ones_apart) {
  EXPECT_EQ(get("/internal/v1/snapshot").status, 404);
  EXPECT_EQ(ask(http::Method::kGet, "/api/v1/me", "", {}, /*internal=*/true).status, 404);
}

TEST_F(ApiTest, reads_no_other_content_type_than_json) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded",
                           "application/json; charset=latin1", ""}) {
    const Reply reply =
        post("/api/v1/deployments", R"({"name":"x","image":"y:1"})", {{"Content-Type", type}});
    EXPECT_EQ(reply.status, 415) << type;
  }
  EXPECT_EQ(post("/api/v1/deployments", R"({"name":"x","image":"y:1"})",
                 {{"Content-Type", "application/json; charset=UTF-8"}})
                .status,
            201);
}

TEST_F(ApiTest, names_what_is_wrong_with_a_body) {
  const auto detail = [&](std::string body, int status) {
    const Reply reply = post("/api/v1/deployments", std::move(body));
    EXPECT_EQ(reply.status, status);
    return json(reply).value("detail", "");
  };
  EXPECT_THAT(detail("{\"name\":", 400), HasSubstr("not JSON"));
  EXPECT_THAT(detail("[1,2]", 400), HasSubstr("not an object"));
  EXPECT_THAT(detail("", 400), HasSubstr("empty"));
  EXPECT_THAT(detail(R"({"name":"a","name":"b"})", 400), HasSubstr("'name' stands twice"));
  EXPECT_THAT(detail("{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}", 400),
              HasSubstr("deeper than 32"));
  EXPECT_THAT(detail("{\"name\":\"" + std::string(kMaxBodyBytes, 'x') + "\"}", 413),
              HasSubstr("1048576"));
  EXPECT_EQ(deployments.creates, 0);
}

TEST_F(ApiTest, lets_no_cache_keep_an_answer) {
  EXPECT_EQ(find_field(get("/api/v1/me").fields, "Cache-Control"), "no-store");
}

TEST_F(ApiTest, tells_which_part_is_not_ready) {
  anonymous = true;
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  store_away = true;
  const Reply reply = get("/readyz");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(json(reply)["parts"]["store"], "disk full");
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(json(get("/version"))["version"], "0.1.0");
}

TEST_F(ApiTest, shows_metrics_to_token_holders_only) {
  EXPECT_EQ(get("/metrics").status, 200);
  anonymous = true;
  EXPECT_EQ(get("/metrics").status, 401);
}

TEST_F(ApiTest, turns_an_exception_of_a_handler_into_a_problem) {
  ApiParts broken = parts();
  broken.identity.authenticate = [](std::string_view) -> Result<identity::Principal> {
    throw std::bad_alloc();
  };
  const Api fragile(broken);
  Request request;
  request.path = "/api/v1/me";
  request.fields = {{"Authorization", "Bearer x"}};
  EXPECT_EQ(fragile.answer(request, false).status, 500);
}

}  // namespace
}  // namespace slipway::api
