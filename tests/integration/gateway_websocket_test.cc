// A connection that goes over to WebSocket (gateway rule 7): only where the deployment allows it,
// only after the replica's 101, and from then on byte for byte.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using testing::HasSubstr;

// RFC 6455 §1.3: the key of its example, and what answers it.
constexpr std::string_view kAsks =
    "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view kSwitches =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

class GatewayWebsocket : public testing::Test {
 protected:
  GatewayWebsocket() { gateway_.serve({allowed()}); }

  snapshot::Route allowed() const {
    snapshot::Route route = route_to({model_.port()});
    route.websocket = true;
    return route;
  }
  // The replica's end, once the request has come to it.
  Wire ask(Wire& client, std::string_view more_fields = "") {
    client.send(get("/deployment/iris/ws/echo?x=1", std::string(kAsks).append(more_fields)));
    auto upstream = model_.accept();
    if (!upstream) {
      ADD_FAILURE() << "the request does not arrive";
      return {};
    }
    const auto request = upstream->read_head();
    if (request) asked_ = *request;
    return std::move(*upstream);
  }
  std::pair<Wire, Wire> switched(std::string_view more_fields = "") {
    Wire client = gateway_.client();
    Wire upstream = ask(client, more_fields);
    upstream.send(kSwitches);
    const auto answer = client.read_head();
    EXPECT_TRUE(answer);
    if (answer) answer_ = *answer;
    return {std::move(client), std::move(upstream)};
  }
  double in_flight() const { return gateway_.metric("slipway_gateway_in_flight"); }

  ScriptedUpstream model_;
  GatewayFixture gateway_;
  Message asked_;
  Message answer_;
};

TEST_F(GatewayWebsocket, passes_bytes_both_ways_as_they_are) {
  auto [client, upstream] = switched();
  EXPECT_EQ(asked_.start_line, "GET /ws/echo?x=1 HTTP/1.1");
  EXPECT_EQ(asked_.field("connection"), "upgrade");
  EXPECT_EQ(asked_.field("upgrade"), "websocket");
  EXPECT_EQ(asked_.field("sec-websocket-key"), "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(asked_.field("sec-websocket-version"), "13");
  EXPECT_FALSE(asked_.has("content-length"));
  EXPECT_EQ(answer_.status(), 101);
  EXPECT_EQ(answer_.field("connection"), "upgrade");
  EXPECT_EQ(answer_.field("upgrade"), "websocket");
  EXPECT_EQ(answer_.field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_TRUE(answer_.has("seldon-puid"));
  EXPECT_FALSE(answer_.has("transfer-encoding"));
  const std::string binary("\x81\x85\0\r\n\r\nGET / HTTP/1.1\r\n\r\n", 24);
  client.send(binary);
  EXPECT_EQ(upstream.read_exactly(binary.size()), binary);
  upstream.send("0\r\n\r\n");
  upstream.send(binary);
  EXPECT_EQ(client.read_exactly(binary.size() + 5), "0\r\n\r\n" + binary);
}

TEST_F(GatewayWebsocket, passes_what_came_before_and_with_the_answer) {
  Wire client = gateway_.client();
  Wire upstream = ask(client);
  client.send("too early");
  EXPECT_TRUE(upstream.silent());
  upstream.send(std::string(kSwitches) + "hello");
  EXPECT_TRUE(client.read_head());
  EXPECT_EQ(client.read_exactly(5), "hello");
  EXPECT_EQ(upstream.read_exactly(9), "too early");
}

TEST_F(GatewayWebsocket, holds_back_a_side_while_the_other_takes_nothing) {
  auto [client, upstream] = switched();
  const std::string part(1 << 20, 'x');
  std::thread sender([&client = client, &part] {
    for (int i = 0; i < 16; ++i) client.send(part);
  });
  EXPECT_TRUE(eventually(
      [&] { return gateway_.metric("slipway_gateway_pauses_total{side=\"client\"}") > 0; }));
  const std::string all = upstream.read_exactly(16 * part.size());
  sender.join();
  EXPECT_EQ(all.size(), 16 * part.size());
  EXPECT_EQ(all.find_first_not_of('x'), std::string::npos);
}

TEST_F(GatewayWebsocket, ends_both_sides_when_one_ends) {
  {
    auto [client, upstream] = switched();
    upstream.send("bye");
    upstream.close();
    EXPECT_EQ(client.read_exactly(3), "bye");
    EXPECT_TRUE(client.ended_by_peer());
  }
  auto [client, upstream] = switched();
  client.close();
  EXPECT_TRUE(upstream.ended_by_peer());
  EXPECT_TRUE(eventually([&] { return in_flight() == 0; }));
  EXPECT_EQ(gateway_.metric("slipway_gateway_deployment_failures_total{deployment_name=\"iris\","
                            "cause=\"client_gone\"}"),
            0);
}

TEST_F(GatewayWebsocket, refuses_it_where_the_deployment_does_not_allow_it) {
  gateway_.serve({route_to({model_.port()})});
  Wire client = gateway_.client();
  client.send(get("/deployment/iris/ws", kAsks));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 403);
  EXPECT_THAT(answer->body, HasSubstr("allow_websocket"));
  EXPECT_TRUE(model_.untouched());
}

TEST_F(GatewayWebsocket, gives_the_replicas_answer_when_it_refuses) {
  Wire client = gateway_.client();
  Wire upstream = ask(client);
  upstream.send(reply("no", "", "HTTP/1.1 426 Upgrade Required"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 426);
  EXPECT_EQ(answer->body, "no");
  // Rule 7: a connection that carried an attempt is not used again, but the client's may be.
  EXPECT_TRUE(upstream.ended_by_peer());
  client.send(get("/deployment/iris/plain"));
  auto fresh = model_.accept();
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->read_head());
  fresh->send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
}

TEST_F(GatewayWebsocket, refuses_a_101_that_nobody_asked_for_or_that_names_another_protocol) {
  const auto answer_to = [&](std::string_view fields, std::string_view from_replica) {
    Wire client = gateway_.client();
    client.send(get("/deployment/iris/ws", fields));
    auto upstream = model_.accept();
    EXPECT_TRUE(upstream && upstream->read_head());
    upstream->send(from_replica);
    const auto answer = client.read_message();
    EXPECT_TRUE(upstream->ended_by_peer());
    return answer ? answer->status() : 0;
  };
  EXPECT_EQ(answer_to("", kSwitches), 502);
  EXPECT_EQ(answer_to("Connection: upgrade\r\nUpgrade: h2c\r\n", kSwitches), 502);
  EXPECT_EQ(answer_to(kAsks,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n"
                      "Connection: Upgrade\r\n\r\n"),
            502);
  EXPECT_EQ(answer_to(kAsks, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"),
            502);
}

TEST_F(GatewayWebsocket, ends_when_neither_side_says_anything_for_too_long) {
  GatewayFixture gateway([](gateway::GatewayConfig& config) {
    config.exchange.websocket_idle = std::chrono::milliseconds(50);
  });
  gateway.serve({allowed()});
  Wire client = gateway.client();
  Wire upstream = ask(client);
  upstream.send(kSwitches);
  EXPECT_TRUE(client.read_head());
  EXPECT_TRUE(client.ended_by_peer());
  EXPECT_TRUE(upstream.ended_by_peer());
}

TEST_F(GatewayWebsocket, ends_when_the_client_is_removed_and_lasts_through_other_changes) {
  const auto alice = client_with("alice", "token-of-alice");
  const auto bob = client_with("bob", "token-of-bob");
  gateway_.serve({private_route(allowed(), {alice, bob})});
  auto [client, upstream] = switched("Authorization: Bearer token-of-alice\r\n");
  EXPECT_EQ(asked_.field("x-forwarded-user"), "alice");
  EXPECT_FALSE(asked_.has("authorization"));
  // serve() waits until no worker holds the old routes: the open connection does not keep them.
  gateway_.serve({private_route(allowed(), {alice})});
  client.send("still here");
  EXPECT_EQ(upstream.read_exactly(10), "still here");
  gateway_.serve({private_route(allowed(), {bob})});
  EXPECT_TRUE(client.ended_by_peer());
  EXPECT_TRUE(upstream.ended_by_peer());
}

TEST_F(GatewayWebsocket, ends_when_the_deployment_goes_or_allows_it_no_more) {
  for (const bool gone : {false, true}) {
    gateway_.serve({allowed()});
    auto [client, upstream] = switched();
    gateway_.serve(gone ? std::vector<snapshot::Route>{}
                        : std::vector<snapshot::Route>{route_to({model_.port()})});
    EXPECT_TRUE(client.ended_by_peer());
    EXPECT_TRUE(upstream.ended_by_peer());
  }
}

TEST_F(GatewayWebsocket, counts_the_switch_once_and_its_bytes_at_the_end) {
  const auto answered = [&] {
    return gateway_.metric(
        R"(seldon_api_executor_server_requests_seconds_count{deployment_name="iris",)"
        R"(predictor_name="deploy",predictor_version="",service="other",method="other",)"
        R"(code="101",status="101"})");
  };
  const auto received = [&] {
    return gateway_.metric("slipway_gateway_received_bytes_total{deployment_name=\"iris\"}");
  };
  auto [client, upstream] = switched();
  client.send("12345");
  EXPECT_EQ(upstream.read_exactly(5), "12345");
  EXPECT_EQ(in_flight(), 1);
  EXPECT_EQ(answered(), 1);
  EXPECT_TRUE(eventually([&] { return gateway_.metric("slipway_gateway_websockets") == 1; }));
  upstream.close();
  EXPECT_TRUE(client.ended_by_peer());
  EXPECT_TRUE(eventually([&] { return in_flight() == 0 && received() == 5; }));
  EXPECT_TRUE(eventually([&] { return gateway_.metric("slipway_gateway_websockets") == 0; }));
  EXPECT_EQ(answered(), 1);
}

}  // namespace
}  // namespace slipway::test
