// What is not a prediction goes to control, and control being away harms nobody else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using testing::HasSubstr;

class GatewayControl : public testing::Test {
 protected:
  GatewayControl()
      : gateway_([this](gateway::GatewayConfig& config) {
          config.control = os::TcpAddress{"127.0.0.1", api_.port()};
        }) {}

  std::pair<Wire, Wire> ask(std::string_view request, Message* seen = nullptr) {
    Wire client = gateway_.client();
    client.send(request);
    auto api = api_.accept();
    std::optional<Message> message;
    if (api) message = api->read_message();
    if (!message) ADD_FAILURE() << "the request does not arrive";
    if (seen != nullptr && message) *seen = *message;
    return {std::move(client), std::move(*api)};
  }

  ScriptedUpstream api_;
  GatewayFixture gateway_;
};

TEST_F(GatewayControl, gets_requests_as_they_are_with_their_credentials_and_origin) {
  Message seen;
  auto [client, api] =
      ask("PATCH /api/v1/deployments/iris?dry=1 HTTP/1.1\r\nHost: front:8080\r\n"
          "Authorization: Bearer t0ken\r\nCookie: a=b\r\nIf-Match: \"3\"\r\n"
          "X-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: https\r\nContent-Length: 2\r\n\r\n{}",
          &seen);
  EXPECT_EQ(seen.start_line, "PATCH /api/v1/deployments/iris?dry=1 HTTP/1.1");
  EXPECT_EQ(seen.field("authorization"), "Bearer t0ken");
  EXPECT_EQ(seen.field("cookie"), "a=b");
  EXPECT_EQ(seen.field("if-match"), "\"3\"");
  EXPECT_EQ(seen.field("host"), "front:8080");
  EXPECT_EQ(seen.field("x-forwarded-for"), "10.0.0.9, 127.0.0.1");
  EXPECT_EQ(seen.field("x-forwarded-proto"), "http");
  EXPECT_EQ(seen.field("x-forwarded-host"), "front:8080");
  EXPECT_EQ(seen.body, "{}");
  api.send(reply("{\"id\":\"iris\"}", "ETag: \"4\"\r\nSet-Cookie: s=1\r\n"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("etag"), "\"4\"");
  EXPECT_EQ(answer->field("set-cookie"), "s=1");
  EXPECT_FALSE(answer->has("seldon-puid"));
}

TEST_F(GatewayControl, streams_events_as_they_come_for_as_long_as_they_come) {
  auto [client, api] = ask(get("/api/v1/deployments?watch=1"));
  api.send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_TRUE(client.read_head());
  for (int i = 0; i < 3; ++i) {
    const std::string event = "data: " + std::to_string(i) + "\n\n";
    api.send("9\r\n" + event + "\r\n");
    EXPECT_NE(client.read_until(event), "");
  }
  client.close();
  EXPECT_TRUE(api.ended_by_peer());
}

TEST_F(GatewayControl, answers_head_requests_without_a_body) {
  auto [client, api] = ask("HEAD /assets/app.js HTTP/1.1\r\nHost: x\r\n\r\n");
  api.send("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n");
  auto answer = client.read_message(true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("content-length"), "12345");
  client.send(get("/"));
  ASSERT_TRUE(api.read_message());
  api.send("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
  answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 304);
  EXPECT_EQ(answer->field("etag"), "\"x\"");
}

TEST_F(GatewayControl, Rule14_repeats_a_get_when_the_pooled_connection_turns_out_dead) {
  auto [client, api] = ask(get("/"));
  api.send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  client.send(get("/again"));
  ASSERT_TRUE(api.read_message());
  api.close();
  auto fresh = api_.accept();
  ASSERT_TRUE(fresh);
  const auto repeated = fresh->read_message();
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->start_line, "GET /again HTTP/1.1");
  fresh->send(reply("2"));
  EXPECT_EQ(client.read_message()->body, "2");
}

TEST_F(GatewayControl, Rule14_repeats_an_idempotent_request_with_all_of_its_body) {
  auto [client, api] = ask(get("/"));
  api.send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  client.send(
      "PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  ASSERT_TRUE(api.read_message());
  api.close();
  auto fresh = api_.accept();
  ASSERT_TRUE(fresh);
  const auto repeated = fresh->read_message();
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->body, "abc");
  fresh->send(reply("2"));
  EXPECT_EQ(client.read_message()->body, "2");
}

TEST_F(GatewayControl, Rule14_never_repeats_a_post_to_control) {
  auto [client, api] = ask(get("/"));
  api.send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  client.send(post("/api/v1/deployments", "{}"));
  ASSERT_TRUE(api.read_message());
  api.close();
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 502);
  EXPECT_THAT(answer->body, HasSubstr("whether a change was made is not known"));
  EXPECT_TRUE(api_.untouched());
}

TEST_F(GatewayControl, says_that_control_is_away_and_when_to_come_back) {
  api_.stop_listening();
  Wire client = gateway_.client();
  client.send(get("/api/v1/deployments"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 503);
  EXPECT_EQ(answer->field("content-type"), "application/problem+json");
  EXPECT_EQ(answer->field("retry-after"), "1");
  EXPECT_THAT(answer->body, HasSubstr("control plane does not answer"));
}

TEST_F(GatewayControl, is_not_needed_for_predictions) {
  AutonomousUpstream model([](const Message&) { return reply("ok"); });
  gateway_.serve({route_to({model.port()})});
  api_.stop_listening();
  Wire client = gateway_.client();
  client.send(get("/"));
  EXPECT_EQ(client.read_message()->status(), 503);
  client.send(post(kPredict, "{}"));
  EXPECT_EQ(client.read_message()->status(), 200);
}

TEST_F(GatewayControl, keeps_its_internal_paths_to_itself) {
  Wire client = gateway_.client();
  for (const std::string_view path : {"/internal/v1/snapshot?after=0", "/%69nternal/v1/snapshot"}) {
    client.send(get(path));
    EXPECT_EQ(client.read_message()->status(), 404) << path;
  }
  client.send(get("/x/../internal/v1/snapshot"));
  EXPECT_EQ(client.read_message()->status(), 400);
  EXPECT_TRUE(api_.untouched());
}

TEST(GatewayWithoutControl, says_so) {
  GatewayFixture gateway;
  Wire client = gateway.client();
  client.send(get("/api/v1/deployments"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 503);
}

}  // namespace
}  // namespace slipway::test
