// A limit of requests at once per replica: who is above it waits in line, for so long, and not
// without end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class GatewayQueue : public testing::Test {
 protected:
  GatewayQueue() { gateway_.serve({limited(route_to({model_.port()}))}); }

  static snapshot::Route limited(snapshot::Route route, uint32_t at_once = 1) {
    route.replica_concurrency = at_once;
    return route;
  }
  // A request that waits; the next one that is sent stands behind it.
  Wire queue_up(std::string_view body) {
    const double before = queued();
    Wire client = gateway_.client();
    client.send(post(kPredict, body));
    EXPECT_TRUE(eventually([&] { return queued() == before + 1; }));
    return client;
  }
  // The model's end of the first request, which keeps it busy.
  Wire occupy(Wire& client) {
    client.send(post(kPredict, "first"));
    auto upstream = model_.accept();
    if (!upstream || !upstream->read_message()) ADD_FAILURE() << "the request does not arrive";
    return std::move(*upstream);
  }
  double queued() const { return gateway_.metric("slipway_gateway_queued" + kIris + "}"); }
  double failures(const std::string& cause) const {
    return gateway_.metric("slipway_gateway_deployment_failures_total" + kIris + ",cause=\"" +
                           cause + "\"}");
  }
  double waits() const {
    return gateway_.metric("slipway_gateway_queue_seconds_count" + kIris + "}");
  }
  static void expect_body(Wire& client, const std::string& body) {
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status(), 200);
    EXPECT_EQ(answer->body, body);
  }
  static void expect_503(Wire& client, std::string_view reason) {
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status(), 503);
    EXPECT_EQ(answer->field("retry-after"), "1");
    EXPECT_THAT(answer->body, HasSubstr("\"reason\":\"" + std::string(reason) + "\""));
  }

  const std::string kIris = "{deployment_name=\"iris\"";
  ScriptedUpstream model_;
  GatewayFixture gateway_{[](gateway::GatewayConfig& config) {
    config.exchange.queue_timeout = std::chrono::minutes(1);
  }};
};

TEST_F(GatewayQueue, serves_those_who_wait_in_their_order_one_at_a_time) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  Wire third = queue_up("third");
  EXPECT_TRUE(upstream.silent());
  EXPECT_TRUE(model_.untouched());
  upstream.send(reply("1"));
  expect_body(first, "1");
  for (const auto& [client, body] : {std::pair{&second, "second"}, std::pair{&third, "third"}}) {
    const auto request = upstream.read_message();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, body);
    EXPECT_TRUE(upstream.silent());
    upstream.send(reply(body));
    expect_body(*client, body);
  }
  EXPECT_TRUE(model_.untouched());
  EXPECT_EQ(queued(), 0);
  EXPECT_EQ(waits(), 2);
}

TEST_F(GatewayQueue, lets_nobody_pass_who_comes_later_on_a_connection_that_was_served) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  // The next request of the first client is there when its answer leaves.
  first.send(post(kPredict, "fourth"));
  upstream.send(reply("1"));
  EXPECT_EQ(upstream.read_message()->body, "second");
  upstream.send(reply("2"));
  EXPECT_EQ(upstream.read_message()->body, "fourth");
  upstream.send(reply("4"));
  expect_body(first, "1");
  expect_body(first, "4");
  expect_body(second, "2");
}

TEST_F(GatewayQueue, gives_the_place_of_a_client_that_went_away_to_the_next) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  Wire third = queue_up("third");
  second.close();
  EXPECT_TRUE(eventually([&] { return queued() == 1; }));
  upstream.send(reply("1"));
  EXPECT_EQ(upstream.read_message()->body, "third");
  upstream.send(reply("3"));
  expect_body(third, "3");
  EXPECT_EQ(failures("client_gone"), 1);
}

TEST_F(GatewayQueue, goes_on_when_the_client_that_keeps_a_replica_busy_goes_away) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  first.close();
  auto fresh = model_.accept();
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->read_message()->body, "second");
  fresh->send(reply("2"));
  expect_body(second, "2");
}

TEST_F(GatewayQueue, refuses_at_once_when_the_queue_is_full_too) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  std::vector<Wire> waiting;
  for (int i = 0; i < 32; ++i) waiting.push_back(gateway_.client());
  for (Wire& client : waiting) client.send(post(kPredict, "waits"));
  ASSERT_TRUE(eventually([&] { return queued() == 32; }));
  Wire one_more = gateway_.client();
  one_more.send(post(kPredict, "{}"));
  expect_503(one_more, "saturated");
  EXPECT_EQ(failures("saturated"), 1);
  for (Wire& client : waiting) {
    upstream.send(reply("ok"));
    ASSERT_TRUE(upstream.read_message());
    static_cast<void>(client);
  }
  upstream.send(reply("ok"));
  for (Wire& client : waiting) expect_body(client, "ok");
}

TEST_F(GatewayQueue, keeps_a_body_that_comes_in_parts_and_chunks_until_there_is_room) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = gateway_.client();
  second.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsmall\r\n");
  ASSERT_TRUE(eventually([&] { return queued() == 1; }));
  second.send("6\r\n parts\r\n0\r\n\r\n");
  Wire third = gateway_.client();
  const std::string large(3'000'000, 'x');
  third.send(std::string("POST ") + kPredict + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
             std::to_string(large.size()) + "\r\n\r\n" + large.substr(0, 100'000));
  ASSERT_TRUE(eventually([&] {
    return queued() == 2 && gateway_.metric("slipway_gateway_pauses_total{side=\"client\"}") == 1;
  }));
  upstream.send(reply("1"));
  EXPECT_EQ(upstream.read_message()->body, "small parts");
  upstream.send(reply("2"));
  expect_body(second, "2");
  std::thread rest([&] { third.send(std::string_view(large).substr(100'000)); });
  EXPECT_EQ(upstream.read_message()->body, large);
  rest.join();
  upstream.send(reply("3"));
  expect_body(third, "3");
}

TEST_F(GatewayQueue, wakes_by_a_new_snapshot_that_brings_a_replica_and_leaves_the_old_one) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  Wire third = queue_up("third");
  ScriptedUpstream newer;
  gateway_.serve({limited(route_to({newer.port()}))});
  auto fresh = newer.accept();
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->read_message()->body, "second");
  fresh->send(reply("2"));
  EXPECT_EQ(fresh->read_message()->body, "third");
  fresh->send(reply("3"));
  expect_body(second, "2");
  expect_body(third, "3");
  upstream.send(reply("1"));
  expect_body(first, "1");
}

TEST_F(GatewayQueue, goes_on_at_once_when_a_new_snapshot_lifts_the_limit) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  gateway_.serve({route_to({model_.port()})});
  auto fresh = model_.accept();
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->read_message()->body, "second");
  fresh->send(reply("2"));
  expect_body(second, "2");
  EXPECT_EQ(queued(), 0);
}

TEST_F(GatewayQueue, tells_those_who_wait_when_the_deployment_is_stopped_or_gone) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  snapshot::Route stopped = limited(route_to(std::vector<uint16_t>{}));
  stopped.state = snapshot::RouteState::kStopped;
  stopped.reason = "the deployment is stopped";
  gateway_.serve({stopped});
  const auto answer = second.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 503);
  EXPECT_THAT(answer->body, HasSubstr("the deployment is stopped"));
  gateway_.serve({limited(route_to({model_.port()}))});
  Wire third = queue_up("third");
  gateway_.serve({});
  EXPECT_EQ(third.read_message()->status(), 404);
  upstream.send(reply("1"));
  expect_body(first, "1");
}

TEST_F(GatewayQueue, does_not_let_a_client_in_that_was_removed_while_it_waited) {
  const snapshot::Route open = limited(route_to({model_.port()}));
  gateway_.serve({private_route(open, {client_with("bot", "slc_a"), client_with("cat", "slc_b")})});
  const auto ask = [](std::string_view token) {
    return post(kPredict, "{}", "Authorization: Bearer " + std::string(token) + "\r\n");
  };
  Wire first = gateway_.client();
  first.send(ask("slc_a"));
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream && upstream->read_message());
  Wire second = gateway_.client();
  second.send(ask("slc_b"));
  ASSERT_TRUE(eventually([&] { return queued() == 1; }));
  gateway_.serve({private_route(open, {client_with("bot", "slc_a")})});
  EXPECT_EQ(second.read_message()->status(), 401);
  upstream->send(reply("1"));
  expect_body(first, "1");
}

TEST_F(GatewayQueue, serves_those_who_wait_before_it_ends_by_a_drain) {
  Wire first = gateway_.client();
  Wire upstream = occupy(first);
  Wire second = queue_up("second");
  gateway_.gateway().drain();
  upstream.send(reply("1"));
  EXPECT_EQ(upstream.read_message()->body, "second");
  upstream.send(reply("2"));
  expect_body(first, "1");
  expect_body(second, "2");
}

TEST(GatewayQueueDeadline, ends_with_503_and_is_counted_by_its_cause) {
  ScriptedUpstream model;
  GatewayFixture gateway(
      [](gateway::GatewayConfig& config) { config.exchange.queue_timeout = milliseconds(50); });
  snapshot::Route route = route_to({model.port()});
  route.replica_concurrency = 1;
  gateway.serve({route});
  Wire first = gateway.client();
  first.send(post(kPredict, "{}"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream && upstream->read_message());
  Wire second = gateway.client();
  second.send(post(kPredict, "{}"));
  const auto answer = second.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 503);
  EXPECT_THAT(answer->body, HasSubstr("\"reason\":\"queue timeout\""));
  EXPECT_EQ(answer->field("retry-after"), "1");
  EXPECT_EQ(gateway.metric("slipway_gateway_failures_total{cause=\"queue_timeout\"}"), 1);
  upstream->send(reply("1"));
  EXPECT_EQ(first.read_message()->body, "1");
}

}  // namespace
}  // namespace slipway::test
