// The path of a prediction, seen from both ends.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "os/reactor_kind_test.h"
#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using testing::HasSubstr;

TEST(GatewayPrediction, reaches_predict_of_the_model_and_brings_its_reply_back) {
  ScriptedUpstream model;
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post(kPredict, R"({"data":{}})", "Content-Type: application/json\r\n"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  const auto request = upstream->read_message();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->start_line, "POST /predict HTTP/1.1");
  EXPECT_EQ(request->body, R"({"data":{}})");
  EXPECT_EQ(request->field("content-type"), "application/json");
  upstream->send(reply("[1,2]", "Content-Type: application/json\r\nX-Model: iris\r\n"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->body, "[1,2]");
  EXPECT_EQ(answer->field("content-type"), "application/json");
  EXPECT_EQ(answer->field("x-model"), "iris");
}

TEST(GatewayPrediction, serves_the_old_version_of_the_path_too) {
  AutonomousUpstream model([](const Message&) { return reply("ok"); });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post("/deployment/iris/api/v0.1/predictions", "{}"));
  EXPECT_EQ(client.read_message()->status(), 200);
}

TEST(GatewayPrediction, keeps_the_puid_of_the_client_verbatim_on_both_sides) {
  AutonomousUpstream model(
      [](const Message& request) { return reply(request.field("seldon-puid")); });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}", "Seldon-Puid: not a UUID, yet mine\r\n"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "not a UUID, yet mine");
  EXPECT_EQ(answer->field("seldon-puid"), "not a UUID, yet mine");
}

TEST(GatewayPrediction, makes_a_puid_when_there_is_none_and_another_for_the_next_request) {
  AutonomousUpstream model([](const Message& request) {
    return reply(request.field("seldon-puid"), "Seldon-Puid: forged by the model\r\n");
  });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  std::string first;
  for (int i = 0; i < 2; ++i) {
    client.send(post(kPredict, "{}"));
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(std::regex_match(answer->body, std::regex("[0-9a-f-]{36}"))) << answer->body;
    EXPECT_EQ(answer->field("seldon-puid"), answer->body);
    EXPECT_NE(answer->body, first);
    first = answer->body;
  }
}

TEST(GatewayPrediction, adds_the_headers_of_seldon_once) {
  AutonomousUpstream model([](const Message&) {
    return reply("ok",
                 "Access-Control-Allow-Origin: https://elsewhere\r\n"
                 "X-Content-Type-Options: sniff\r\nSet-Cookie: session=stolen\r\n"
                 "Slipway-Replica: forged\r\n");
  });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("access-control-allow-origin"), "*");
  EXPECT_EQ(answer->field("x-content-type-options"), "nosniff");
  EXPECT_FALSE(answer->has("set-cookie"));
  EXPECT_EQ(answer->field("slipway-replica"), "replica-" + std::to_string(model.port()));
}

TEST(GatewayPrediction, Rule13_never_shows_credentials_to_a_model) {
  AutonomousUpstream model([](const Message& request) { return reply(request.raw_head); });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}",
                   "Authorization: Basic YTpi\r\nCookie: session=s3cret\r\n"
                   "X-Forwarded-User: somebody-else\r\nX_Forwarded_User: somebody-else\r\n"
                   "X-Custom: kept\r\n"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->body, HasSubstr("x-custom: kept"));
  EXPECT_THAT(answer->body, Not(HasSubstr("YTpi")));
  EXPECT_THAT(answer->body, Not(HasSubstr("s3cret")));
  EXPECT_THAT(answer->body, Not(HasSubstr("somebody-else")));
}

TEST(GatewayPrediction, passes_other_statuses_of_the_model_through_with_their_body) {
  for (const std::string_view line :
       {"HTTP/1.1 400 Bad Request", "HTTP/1.1 500 Internal Server Error", "HTTP/1.1 201 Created"}) {
    AutonomousUpstream model([&](const Message&) { return reply("its own words", "", line); });
    GatewayFixture gateway;
    gateway.serve({route_to({model.port()})});
    Wire client = gateway.client();
    client.send(post(kPredict, "{}"));
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->start_line.substr(0, 12), line.substr(0, 12));
    EXPECT_EQ(answer->body, "its own words");
    EXPECT_TRUE(answer->has("seldon-puid"));
  }
}

TEST(GatewayPrediction, passes_a_reply_without_a_body_through) {
  AutonomousUpstream model([](const Message&) { return "HTTP/1.1 204 No Content\r\n\r\n"; });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  for (int i = 0; i < 2; ++i) {
    client.send(post(kPredict, "{}"));
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status(), 204);
    EXPECT_FALSE(answer->has("content-length"));
    EXPECT_FALSE(answer->has("transfer-encoding"));
  }
}

TEST(GatewayPrediction, carries_chunked_requests_and_replies) {
  AutonomousUpstream model([](const Message& request) {
    EXPECT_TRUE(request.chunked);
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + request.body +
           "\r\n3\r\nxyz\r\n0\r\n\r\n";
  });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(
      std::string("POST ") + kPredict +
      " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;q=1\r\ncde\r\n"
      "0\r\nTrailer-Field: dropped\r\n\r\n");
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "abcdexyz");
}

TEST(GatewayPrediction, sends_a_chunked_request_without_a_byte) {
  AutonomousUpstream model(
      [](const Message& request) { return reply("got " + std::to_string(request.body.size())); });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  for (int i = 0; i < 2; ++i) {
    client.send(std::string("POST ") + kPredict +
                " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    EXPECT_EQ(client.read_message()->body, "got 0");
  }
}

TEST(GatewayPrediction, invites_the_body_of_a_client_that_waits_for_100_continue) {
  AutonomousUpstream model([](const Message& request) {
    EXPECT_FALSE(request.has("expect"));
    return reply(request.body);
  });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  const auto interim = client.read_head();
  ASSERT_TRUE(interim);
  EXPECT_EQ(interim->status(), 100);
  client.send("hello");
  EXPECT_EQ(client.read_message()->body, "hello");
}

TEST(GatewayPrediction, refuses_before_the_body_is_sent_when_it_would_not_be_wanted) {
  GatewayFixture gateway;
  gateway.serve({});
  Wire client = gateway.client();
  client.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 404);
}

TEST(GatewayPrediction, answers_a_preflight_itself) {
  ScriptedUpstream model;
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(std::string("OPTIONS ") + kPredict + " HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->field("access-control-allow-methods"), "OPTIONS,POST");
  EXPECT_EQ(answer->field("access-control-allow-origin"), "*");
  EXPECT_TRUE(model.untouched());
}

TEST(GatewayPrediction, refuses_other_methods_with_allow) {
  GatewayFixture gateway;
  gateway.serve({});
  Wire client = gateway.client();
  client.send(get(kPredict));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 405);
  EXPECT_EQ(answer->field("allow"), "OPTIONS,POST");
}

TEST(GatewayPrediction, names_an_unknown_deployment_in_seldons_form) {
  GatewayFixture gateway;
  gateway.serve({});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 404);
  EXPECT_EQ(answer->field("content-type"), "application/json");
  EXPECT_EQ(answer->body, R"({"status":{"code":404,"info":"there is no deployment 'iris'",)"
                          R"("reason":"unknown deployment","status":"FAILURE"}})");
  // The connection goes on: the whole request had come.
  client.send(post("/deployment/other/nothing", "{}"));
  EXPECT_EQ(client.read_message()->field("content-type"), "application/problem+json");
}

TEST(GatewayPrediction, says_why_a_deployment_does_not_serve) {
  GatewayFixture gateway;
  snapshot::Route stopped;
  stopped.deployment = "iris";
  stopped.state = snapshot::RouteState::kStopped;
  stopped.reason = "stopped by alice";
  snapshot::Route waiting;
  waiting.deployment = "wait";
  waiting.state = snapshot::RouteState::kNotReady;
  waiting.reason = "replica a1 is starting";
  gateway.serve({stopped, waiting});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 503);
  EXPECT_THAT(answer->body, HasSubstr(R"("reason":"stopped by alice")"));
  client.send(post("/deployment/wait/api/v1.0/predictions", "{}"));
  answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 503);
  EXPECT_THAT(answer->body, HasSubstr(R"("reason":"replica a1 is starting")"));
  EXPECT_EQ(answer->field("retry-after"), "1");
}

TEST(GatewayPrediction, Rule12_refuses_bodies_over_the_limit_declared_or_not) {
  ScriptedUpstream model;
  GatewayFixture gateway;
  snapshot::Route route = route_to({model.port()});
  route.body_limit_bytes = 10;
  gateway.serve({route});
  Wire declared = gateway.client();
  declared.send(post(kPredict, "12345678901"));
  auto answer = declared.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 413);
  EXPECT_TRUE(model.untouched());

  Wire chunked = gateway.client();
  chunked.send(std::string("POST ") + kPredict +
               " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n");
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  EXPECT_NE(upstream->read_until("12345"), "");
  chunked.send("6\r\n678901\r\n");
  answer = chunked.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 413);
  EXPECT_TRUE(chunked.ended_by_peer());
}

TEST(GatewayPrediction, uses_both_replicas) {
  AutonomousUpstream a([](const Message&) { return reply("a"); });
  AutonomousUpstream b([](const Message&) { return reply("b"); });
  GatewayFixture gateway;
  gateway.serve({route_to({a.port(), b.port()})});
  Wire client = gateway.client();
  for (int i = 0; i < 100; ++i) {
    client.send(post(kPredict, "{}"));
    ASSERT_EQ(client.read_message()->status(), 200);
  }
  EXPECT_GT(a.requests(), 10u);
  EXPECT_GT(b.requests(), 10u);
}

// How many requests Seldon's histogram of that side has with these labels.
std::string series(const std::string& side, const std::string& labels,
                   const std::string& deployment = "iris") {
  const std::string code = labels.substr(labels.rfind('=') + 1);
  return "seldon_api_executor_" + side + "_requests_seconds_count{deployment_name=\"" + deployment +
         "\",predictor_name=\"deploy\",predictor_version=\"\"," +
         (side == "client" ? R"(model_name="model",model_image="team/iris",model_version="3",)"
                           : "") +
         labels + ",status=" + code + "}";
}

TEST(GatewayPrediction, counts_by_deployment_and_code) {
  AutonomousUpstream model([](const Message&) { return reply("ok"); });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  for (int i = 0; i < 3; ++i) {
    client.send(post(kPredict, "{}"));
    ASSERT_EQ(client.read_message()->status(), 200);
  }
  EXPECT_EQ(gateway.metric(series("server", R"(service="predictions",method="post",code="200")")),
            3);
  EXPECT_EQ(gateway.metric(series("client", R"(service="/predict",method="post",code="200")")), 3);
  EXPECT_EQ(gateway.metric(R"(slipway_gateway_received_bytes_total{deployment_name="iris"})"), 6);
  EXPECT_EQ(gateway.metric(R"(slipway_gateway_sent_bytes_total{deployment_name="iris"})"), 6);
  EXPECT_EQ(gateway.metric(R"(slipway_gateway_deployment_in_flight{deployment_name="iris"})"), 0);
  EXPECT_EQ(gateway.metric("slipway_gateway_in_flight"), 0);
  EXPECT_EQ(gateway.metric("slipway_gateway_snapshot_version"), 1);
  EXPECT_EQ(gateway.metric("slipway_gateway_control_connected"), 1);
  const os::ReactorKind kind = os::reactor_kind_of_test();
  const bool usable = os::lacks_for_test(kind).empty();
  EXPECT_EQ(gateway.metric("slipway_gateway_io_info{io=\"" +
                           std::string(to_string(usable ? kind : os::ReactorKind::kEpoll)) + "\"}"),
            1);
}

TEST(GatewayPrediction, counts_what_went_wrong_by_the_number_that_the_client_saw) {
  AutonomousUpstream model([](const Message& request) {
    return reply("no", "", request.body == "4" ? "HTTP/1.1 422 No" : "HTTP/1.1 500 No");
  });
  GatewayFixture gateway;
  snapshot::Route away = route_to({}, "away");
  away.state = snapshot::RouteState::kNotReady;
  gateway.serve({route_to({model.port()}), away});
  Wire client = gateway.client();
  client.send(post(kPredict, "4"));
  ASSERT_EQ(client.read_message()->status(), 422);
  client.send(post(kPredict, "5"));
  ASSERT_EQ(client.read_message()->status(), 500);
  client.send(post("/deployment/away/api/v1.0/predictions", "5"));
  ASSERT_EQ(client.read_message()->status(), 503);
  client.send(post("/deployment/none/api/v1.0/predictions", "5"));
  ASSERT_EQ(client.read_message()->status(), 404);
  for (const std::string side : {"server", "client"}) {
    const std::string service = side == "server" ? "predictions" : "/predict";
    for (const std::string code : {"422", "500"}) {
      EXPECT_EQ(gateway.metric(series(
                    side, "service=\"" + service + "\",method=\"post\",code=\"" + code + "\"")),
                1);
    }
  }
  // No replica was asked, so only the client's side of us knows.
  EXPECT_EQ(
      gateway.metric(series("server", R"(service="predictions",method="post",code="503")", "away")),
      1);
  EXPECT_EQ(
      gateway.metric(series("client", R"(service="/predict",method="post",code="503")", "away")),
      0);
  // An id that nobody has is a word of the client's, and no label.
  EXPECT_EQ(
      gateway.metric(series("server", R"(service="predictions",method="post",code="404")", "none")),
      0);
}

TEST(GatewayPrediction, feedback_reaches_the_model_and_its_reward_is_summed) {
  AutonomousUpstream model([](const Message& request) {
    const bool refused = request.body.find("refuse") != std::string::npos;
    return reply(request.start_line.starts_with("POST /send-feedback ") ? "{}" : "?", "",
                 refused ? "HTTP/1.1 400 No" : "HTTP/1.1 200 OK");
  });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  const auto tell = [&](const std::string& body) {
    client.send(post("/deployment/iris/api/v1.0/feedback", body));
    const auto answer = client.read_message();
    EXPECT_TRUE(answer);
    return answer ? answer->body : "";
  };
  EXPECT_EQ(tell(R"({"reward":1})"), "{}");
  EXPECT_EQ(tell(R"({"reward":0})"), "{}");
  EXPECT_EQ(tell(R"({"reward":0.5,"truth":{"reward":9}})"), "{}");
  EXPECT_EQ(tell(R"({"reward":-2})"), "{}");
  tell(R"({"reward":7,"refuse":1})");
  const std::string labels =
      R"({deployment_name="iris",predictor_name="deploy",predictor_version="",model_name="model",)"
      R"(model_image="team/iris",model_version="3"})";
  EXPECT_EQ(gateway.metric("seldon_api_model_feedback_total" + labels), 4);
  EXPECT_EQ(gateway.metric("seldon_api_model_feedback_reward_total" + labels), 1.5);
  EXPECT_EQ(gateway.metric("slipway_gateway_feedback_negative_reward_total" + labels), 2);
  EXPECT_EQ(gateway.metric(series("server", R"(service="feedback",method="post",code="200")")), 4);
  EXPECT_EQ(
      gateway.metric(series("client", R"(service="/send-feedback",method="post",code="400")")), 1);
}

}  // namespace
}  // namespace slipway::test
