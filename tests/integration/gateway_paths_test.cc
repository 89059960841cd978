// The endpoints of a deployment beside predictions: Seldon's status and metadata, and whatever else
// its image serves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string request(std::string_view line, std::string_view fields = "") {
  return std::string(line) + " HTTP/1.1\r\nHost: front:8080\r\n" + std::string(fields) + "\r\n";
}

// A model that tells what it was asked.
struct GatewayPaths : testing::Test {
  GatewayPaths()
      : model([](const Message& got) {
          return reply(got.raw_head + got.body, "Content-Type: application/json\r\n");
        }) {
    gateway.serve({route_to({model.port()})});
  }
  Message ask(std::string_view bytes) {
    Wire client = gateway.client();
    client.send(bytes);
    auto answer = client.read_message();
    EXPECT_TRUE(answer);
    return answer.value_or(Message{});
  }

  AutonomousUpstream model;
  GatewayFixture gateway;
};

TEST_F(GatewayPaths, pass_any_other_path_to_the_image_with_its_query_and_method) {
  const Message answer = ask(request("PUT /deployment/iris/v2/models/iris/versions/1/infer?trace=1",
                                     "Content-Length: 2\r\nX-Custom: kept\r\n") +
                             "{}");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(answer.body, StartsWith("PUT /v2/models/iris/versions/1/infer?trace=1 HTTP/1.1\r\n"));
  EXPECT_THAT(answer.body, HasSubstr("host: front:8080\r\n"));
  EXPECT_THAT(answer.body, HasSubstr("x-custom: kept\r\n"));
  EXPECT_THAT(answer.body, HasSubstr("x-forwarded-for: 127.0.0.1\r\n"));
  EXPECT_THAT(answer.body, HasSubstr("x-forwarded-proto: http\r\n"));
  EXPECT_THAT(answer.body, HasSubstr("x-forwarded-prefix: /deployment/iris\r\n"));
  EXPECT_THAT(answer.body, testing::EndsWith("{}"));
}

TEST_F(GatewayPaths, ask_a_model_for_its_status_and_metadata_where_seldons_wrapper_has_them) {
  for (const std::string version : {"v0.1", "v1.0"}) {
    const std::string api = "GET /deployment/iris/api/" + version;
    EXPECT_THAT(ask(request(api + "/status/model")).body, StartsWith("GET /health/status HTTP"));
    const Message metadata = ask(request(api + "/metadata/model"));
    EXPECT_THAT(metadata.body, StartsWith("GET /metadata HTTP/1.1\r\n"));
    EXPECT_THAT(metadata.body, Not(HasSubstr("x-forwarded-prefix")));
    EXPECT_TRUE(metadata.has("seldon-puid"));
  }
}

TEST_F(GatewayPaths, say_whether_the_deployment_is_ready_without_asking_anybody) {
  const std::vector<std::string> paths{"/ready", "/api/v1.0/status", "/api/v1.0/health/status"};
  for (const std::string& path : paths) {
    const Message answer = ask(request("GET /deployment/iris" + path));
    EXPECT_EQ(answer.status(), 200) << path;
    EXPECT_EQ(answer.body, "");
    EXPECT_TRUE(answer.has("seldon-puid"));
  }
  snapshot::Route stopped = route_to(std::vector<uint16_t>{});
  stopped.state = snapshot::RouteState::kStopped;
  gateway.serve({stopped});
  for (const std::string& path : paths) {
    EXPECT_EQ(ask(request("GET /deployment/iris" + path)).status(), 503) << path;
  }
  EXPECT_EQ(ask(request("GET /deployment/iris/live")).status(), 200);
  EXPECT_EQ(model.requests(), 0U);
}

TEST_F(GatewayPaths, are_closed_to_strangers_of_a_private_deployment) {
  gateway.serve({private_route(route_to({model.port()}), {client_with("bot", "slc_token")})});
  for (const std::string path : {"/ready", "/live", "/v2/health/live", "/api/v1.0/metadata/m"}) {
    const Message answer = ask(request("GET /deployment/iris" + path));
    EXPECT_EQ(answer.status(), 401) << path;
    EXPECT_TRUE(answer.has("www-authenticate"));
    EXPECT_EQ(
        ask(request("GET /deployment/iris" + path, "Authorization: Bearer slc_token\r\n")).status(),
        200)
        << path;
  }
  EXPECT_EQ(model.requests(), 2U);
}

TEST_F(GatewayPaths, refuse_what_would_have_to_be_normalised) {
  for (const std::string path : {"/../secret", "/a//b", "/%2e%2e/x", "/a%2fb"}) {
    EXPECT_EQ(ask(request("GET /deployment/iris" + path)).status(), 400) << path;
  }
  EXPECT_EQ(model.requests(), 0U);
}

TEST_F(GatewayPaths, answer_a_preflight_with_the_methods_of_the_path) {
  const Message other = ask(request("OPTIONS /deployment/iris/v1/chat/completions"));
  EXPECT_EQ(other.field("access-control-allow-methods"), "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT");
  const Message status = ask(request("OPTIONS /deployment/iris/api/v1.0/status/model"));
  EXPECT_EQ(status.field("access-control-allow-methods"), "GET,HEAD,OPTIONS");
  EXPECT_EQ(ask(request("TRACE /deployment/iris/v2")).status(), 405);
  EXPECT_EQ(model.requests(), 0U);
}

TEST_F(GatewayPaths, answer_in_the_form_that_the_path_wants) {
  gateway.serve({});
  EXPECT_EQ(ask(request("GET /deployment/iris/v2")).field("content-type"),
            "application/problem+json");
  EXPECT_EQ(ask(request("GET /deployment/iris/ready")).field("content-type"), "application/json");
}

TEST_F(GatewayPaths, begin_a_trace_named_as_the_puid_or_go_on_with_the_clients) {
  const Message begun = ask(request("GET /deployment/iris/v2"));
  std::string trace = begun.field("seldon-puid");
  std::erase(trace, '-');
  EXPECT_THAT(begun.body, HasSubstr("\r\ntraceparent: 00-" + trace + "-"));
  EXPECT_TRUE(
      std::regex_search(begun.body, std::regex("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n")))
      << begun.body;
  const std::string given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  const Message passed = ask(request("GET /deployment/iris/v2", "Traceparent: " + given + "\r\n"));
  EXPECT_THAT(passed.body, HasSubstr("traceparent: " + given + "\r\n"));
  EXPECT_EQ(passed.body.find("traceparent"), passed.body.rfind("traceparent"));
}

TEST_F(GatewayPaths, echo_the_request_id_also_of_what_is_refused) {
  const std::string id = "X-Request-Id: r-17\r\n";
  EXPECT_EQ(ask(request("GET /deployment/iris/v2", id)).field("x-request-id"), "r-17");
  EXPECT_EQ(ask(request("GET /deployment/nobody/v2", id)).field("x-request-id"), "r-17");
  EXPECT_FALSE(ask(request("GET /deployment/iris/v2")).has("x-request-id"));
}

TEST_F(GatewayPaths, give_cloudevents_fields_to_who_speaks_it) {
  const Message answer =
      ask(request("GET /deployment/iris/v2", "Ce-Specversion: 1.0\r\nSeldon-Puid: p-1\r\n"));
  EXPECT_EQ(answer.field("ce-id"), "p-1");
  EXPECT_EQ(answer.field("ce-path"), "/deployment/iris/v2");
  EXPECT_EQ(answer.field("ce-source"), "seldon.iris");
  EXPECT_EQ(answer.field("ce-type"), "seldon.iris.slipway.response");
}

TEST_F(GatewayPaths, count_posts_as_predictions_and_the_rest_apart) {
  ask(request("POST /deployment/iris/v1/chat/completions", "Content-Length: 0\r\n"));
  ask(request("GET /deployment/iris/v1/models"));
  ask(request("GET /deployment/iris/ready"));
  ask(request("GET /deployment/iris/api/v1.0/metadata/model"));
  const std::vector<std::pair<std::string, std::string>> counted{
      {"predictions", "post"}, {"other", "other"}, {"status", "get"}, {"metadata", "get"}};
  for (const auto& [service, method] : counted) {
    const std::string sample =
        R"(seldon_api_executor_server_requests_seconds_count{deployment_name="iris",)"
        R"(predictor_name="deploy",predictor_version="",service=")" +
        service + R"(",method=")" + method + R"(",code="200",status="200"})";
    EXPECT_EQ(gateway.metric(sample), 1) << sample;
  }
}

}  // namespace
}  // namespace slipway::test
