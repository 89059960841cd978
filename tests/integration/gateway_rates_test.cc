// The rate of a deployment, of all its callers together: what goes through, what is refused, who
// counts, and what answers say of it beside the rate of a client.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// The next one may come after a minute, or after five seconds: no test takes so long.
constexpr uint32_t kOne = 1;
constexpr uint32_t kTwo = 12;

std::string bearer(std::string_view token) {
  return "Authorization: Bearer " + std::string(token) + "\r\n";
}

snapshot::Route with_rate(snapshot::Route route, uint32_t requests_per_minute) {
  route.requests_per_minute = requests_per_minute;
  return route;
}

class GatewayRates : public testing::Test {
 protected:
  // A connection each, so that any of the workers may get it.
  Message ask(std::string_view fields = "", std::string_view path = kPredict) {
    Wire client = gateway_.client();
    client.send(post(path, "{}", fields));
    return client.read_message().value_or(Message{});
  }
  Message probe(std::string_view path) {
    Wire client = gateway_.client();
    client.send(get(path));
    return client.read_message().value_or(Message{});
  }
  double failures(const std::string& cause) const {
    return gateway_.metric(
        "slipway_gateway_deployment_failures_total{deployment_name=\"iris\","
        "cause=\"" +
        cause + "\"}");
  }
  snapshot::Route iris() const { return route_to({model_.port()}); }

  AutonomousUpstream model_{[](const Message&) {
    return reply("[42]", "Content-Type: application/json\r\nRateLimit: \"model\";r=1;t=1\r\n");
  }};
  GatewayFixture gateway_{[](gateway::GatewayConfig& config) { config.workers = 2; }};
};

TEST_F(GatewayRates, let_so_many_through_and_then_say_when_to_come_back) {
  gateway_.serve({with_rate(iris(), kTwo)});
  const Message first = ask();
  EXPECT_EQ(first.status(), 200);
  EXPECT_EQ(first.field("ratelimit-policy"), "\"deployment\";q=12;w=60");
  EXPECT_EQ(first.field("ratelimit"), "\"deployment\";r=1;t=5");
  const Message second = ask();
  EXPECT_EQ(second.status(), 200);
  EXPECT_THAT(second.field("ratelimit"), MatchesRegex("\"deployment\";r=0;t=([6-9]|10)"));
  const Message refused = ask();
  EXPECT_EQ(refused.status(), 429);
  EXPECT_EQ(refused.field("content-type"), "application/json");
  EXPECT_THAT(refused.body, HasSubstr("\"code\":429"));
  EXPECT_THAT(refused.body, HasSubstr("\"reason\":\"rate limited\""));
  EXPECT_THAT(refused.field("retry-after"), MatchesRegex("[1-5]"));
  EXPECT_EQ(refused.field("ratelimit-policy"), "\"deployment\";q=12;w=60");
  EXPECT_THAT(refused.field("ratelimit"), MatchesRegex("\"deployment\";r=0;t=([6-9]|10)"));
  EXPECT_EQ(model_.requests(), 2u);
  EXPECT_EQ(failures("deployment_rate"), 1);
  EXPECT_EQ(gateway_.metric("slipway_gateway_failures_total{cause=\"deployment_rate\"}"), 1);
  EXPECT_EQ(gateway_.metric("slipway_gateway_failures_total{cause=\"rate_limited\"}"), 0);
}

TEST_F(GatewayRates, are_one_for_every_path_and_refuse_in_its_form) {
  gateway_.serve({with_rate(iris(), kTwo)});
  EXPECT_EQ(ask("", "/deployment/iris/v2/models/m/infer").status(), 200);
  EXPECT_EQ(ask().status(), 200);
  const Message refused = ask("", "/deployment/iris/v2/models/m/infer");
  EXPECT_EQ(refused.status(), 429);
  EXPECT_EQ(refused.field("content-type"), "application/problem+json");
  EXPECT_TRUE(refused.has("retry-after"));
}

TEST_F(GatewayRates, are_shared_by_all_workers) {
  gateway_.serve({with_rate(iris(), kOne)});
  std::vector<Wire> clients;
  for (int i = 0; i < 16; ++i) clients.push_back(gateway_.client());
  for (Wire& client : clients) client.send(post(kPredict, "{}"));
  int served = 0;
  for (Wire& client : clients) {
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    served += answer->status() == 200 ? 1 : 0;
  }
  EXPECT_EQ(served, 1);
}

TEST_F(GatewayRates, give_no_new_allowance_with_a_new_snapshot) {
  gateway_.serve({with_rate(iris(), kOne)});
  EXPECT_EQ(ask().status(), 200);
  gateway_.serve({with_rate(iris(), kOne)});
  EXPECT_EQ(ask().status(), 429);
  // Nor with one that stops it for a while.
  snapshot::Route stopped = with_rate(route_to({}), kOne);
  stopped.state = snapshot::RouteState::kStopped;
  gateway_.serve({stopped});
  EXPECT_EQ(ask().status(), 503);
  gateway_.serve({with_rate(iris(), kOne)});
  EXPECT_EQ(ask().status(), 429);
}

TEST_F(GatewayRates, are_of_one_deployment) {
  gateway_.serve({with_rate(iris(), kOne), route_to({model_.port()}, "mnist")});
  EXPECT_EQ(ask().status(), 200);
  EXPECT_EQ(ask().status(), 429);
  EXPECT_EQ(ask("", "/deployment/mnist/api/v1.0/predictions").status(), 200);
}

TEST_F(GatewayRates, are_not_used_up_by_strangers) {
  gateway_.serve({private_route(with_rate(iris(), kOne), {client_with("ada", "slc_ada")})});
  for (int i = 0; i < 3; ++i) {
    const Message stranger = ask(bearer("slc_other"));
    EXPECT_EQ(stranger.status(), 401);
    EXPECT_FALSE(stranger.has("ratelimit"));
    EXPECT_FALSE(stranger.has("ratelimit-policy"));
  }
  EXPECT_EQ(ask(bearer("slc_ada")).status(), 200);
  EXPECT_EQ(ask(bearer("slc_ada")).status(), 429);
}

TEST_F(GatewayRates, do_not_count_what_the_gateway_answers_of_its_state) {
  gateway_.serve({with_rate(iris(), kOne)});
  for (const char* path : {"/deployment/iris/ready", "/deployment/iris/live"}) {
    for (int i = 0; i < 3; ++i) {
      const Message answer = probe(path);
      EXPECT_EQ(answer.status(), 200);
      EXPECT_FALSE(answer.has("ratelimit"));
    }
  }
  EXPECT_EQ(ask().status(), 200);
  EXPECT_EQ(probe("/deployment/iris/live").status(), 200);
}

TEST_F(GatewayRates, say_both_rates_and_a_client_that_is_too_fast_uses_none_of_the_others) {
  snapshot::Client ada = client_with("ada", "slc_ada");
  ada.requests_per_minute = kOne;
  gateway_.serve({private_route(with_rate(iris(), kTwo), {ada, client_with("bot", "slc_bot")})});
  const Message both = ask(bearer("slc_ada"));
  EXPECT_EQ(both.status(), 200);
  EXPECT_EQ(both.field("ratelimit-policy"), "\"client\";q=1;w=60, \"deployment\";q=12;w=60");
  EXPECT_EQ(both.field("ratelimit"), "\"client\";r=0;t=60, \"deployment\";r=1;t=5");
  const Message refused = ask(bearer("slc_ada"));
  EXPECT_EQ(refused.status(), 429);
  EXPECT_EQ(refused.field("ratelimit-policy"), "\"client\";q=1;w=60");
  EXPECT_THAT(refused.field("ratelimit"), MatchesRegex("\"client\";r=0;t=[456][0-9]"));
  EXPECT_EQ(failures("rate_limited"), 1);
  const Message other = ask(bearer("slc_bot"));
  EXPECT_EQ(other.status(), 200);
  EXPECT_EQ(other.field("ratelimit-policy"), "\"deployment\";q=12;w=60");
  EXPECT_EQ(ask(bearer("slc_bot")).status(), 429);
  EXPECT_EQ(failures("deployment_rate"), 1);
}

TEST_F(GatewayRates, are_said_on_refusals_of_other_causes_too) {
  ScriptedUpstream gone;
  gone.stop_listening();
  gateway_.serve({with_rate(route_to({gone.port()}), kTwo)});
  const Message answer = ask();
  EXPECT_EQ(answer.status(), 502);
  EXPECT_EQ(answer.field("ratelimit"), "\"deployment\";r=1;t=5");
}

TEST_F(GatewayRates, count_a_connection_that_goes_over_to_websocket_once) {
  ScriptedUpstream model;
  snapshot::Route route = with_rate(route_to({model.port()}), kTwo);
  route.websocket = true;
  gateway_.serve({route});
  Wire client = gateway_.client();
  client.send(get("/deployment/iris/ws",
                  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream && upstream->read_head());
  upstream->send(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
  const auto answer = client.read_head();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 101);
  EXPECT_EQ(answer->field("ratelimit"), "\"deployment\";r=1;t=5");
  for (const char* message : {"one", "two", "three"}) {
    client.send(message);
    EXPECT_EQ(upstream->read_exactly(std::string_view(message).size()), message);
  }
  // The bucket has one left for others.
  gateway_.serve({with_rate(iris(), kTwo)});
  EXPECT_EQ(ask().status(), 200);
  EXPECT_EQ(ask().status(), 429);
}

TEST_F(GatewayRates, are_not_spoken_of_where_there_are_none) {
  gateway_.serve({iris()});
  const Message answer = ask();
  EXPECT_EQ(answer.status(), 200);
  EXPECT_FALSE(answer.has("ratelimit-policy"));
  // A model may limit itself, and say so.
  EXPECT_EQ(answer.field("ratelimit"), "\"model\";r=1;t=1");
  gateway_.serve({private_route(iris(), {client_with("ada", "slc_ada")})});
  EXPECT_FALSE(ask(bearer("slc_ada")).has("ratelimit-policy"));
}

}  // namespace
}  // namespace slipway::test
