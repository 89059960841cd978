// What upstreams do wrong, and what becomes of the client and of the connection.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class GatewayUpstream : public testing::Test {
 protected:
  void SetUp() override { gateway_.serve({route()}); }
  snapshot::Route route() { return route_to({model_.port()}); }

  // A client's request, read by the model.
  std::pair<Wire, Wire> ask(std::string_view body = "{}") {
    Wire client = gateway_.client();
    client.send(post(kPredict, body));
    auto upstream = model_.accept();
    if (!upstream || !upstream->read_message()) ADD_FAILURE() << "the request does not arrive";
    return {std::move(client), std::move(*upstream)};
  }
  // The same on connections that exist.
  void ask_again(Wire& client, Wire& upstream) {
    client.send(post(kPredict, "{}"));
    EXPECT_TRUE(upstream.read_message());
  }
  void expect_failure(Wire& client, int status, std::string_view words) {
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status(), status);
    EXPECT_THAT(answer->body, HasSubstr(std::string(words)));
    EXPECT_THAT(answer->body, HasSubstr(R"("status":"FAILURE")"));
    EXPECT_TRUE(answer->has("seldon-puid"));
  }

  ScriptedUpstream model_;
  GatewayFixture gateway_;
};

TEST_F(GatewayUpstream, Rule08_reuses_a_connection_that_ended_whole_on_both_sides) {
  auto [client, upstream] = ask();
  upstream.send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  ask_again(client, upstream);
  upstream.send(reply("2"));
  EXPECT_EQ(client.read_message()->body, "2");
  EXPECT_TRUE(model_.untouched());
}

TEST_F(GatewayUpstream, Rule08_closes_a_connection_whose_reply_has_extra_bytes) {
  auto [client, upstream] = ask();
  upstream.send(reply("1") + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  EXPECT_EQ(client.read_message()->body, "1");
  EXPECT_TRUE(upstream.ended_by_peer());
  client.send(post(kPredict, "{}"));
  auto fresh = model_.accept();
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->read_message());
  fresh->send(reply("2"));
  EXPECT_EQ(client.read_message()->body, "2");
}

TEST_F(GatewayUpstream, Rule08_closes_a_pooled_connection_that_says_something_unasked) {
  auto [client, upstream] = ask();
  upstream.send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  EXPECT_TRUE(upstream.ended_by_peer());
  client.send(post(kPredict, "{}"));
  auto fresh = model_.accept();
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->read_message());
  fresh->send(reply("2"));
  EXPECT_EQ(client.read_message()->body, "2");
}

TEST_F(GatewayUpstream, Rule08_closes_after_an_early_reply_to_an_unfinished_upload) {
  Wire client = gateway_.client();
  client.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbeginning");
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  EXPECT_NE(upstream->read_until("beginning"), "");
  upstream->send(reply("no more, please", "", "HTTP/1.1 400 Bad Request"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 400);
  EXPECT_EQ(answer->body, "no more, please");
  EXPECT_TRUE(upstream->ended_by_peer());
  EXPECT_TRUE(client.ended_by_peer());
}

TEST_F(GatewayUpstream, Rule08_does_not_pool_what_the_replica_wants_closed_or_ends_by_closing) {
  for (const std::string& answer :
       {reply("bye", "Connection: close\r\n"),
        std::string("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nbye")}) {
    auto [client, upstream] = ask();
    upstream.send(answer);
    EXPECT_EQ(client.read_message()->body, "bye");
    EXPECT_TRUE(upstream.ended_by_peer());
  }
  auto [client, upstream] = ask();
  upstream.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
  upstream.close();
  EXPECT_EQ(client.read_message()->body, "until the end");
}

TEST_F(GatewayUpstream, Rule09_sends_no_second_request_before_the_first_is_answered) {
  Wire client = gateway_.client();
  client.send(post(kPredict, "1") + post(kPredict, "2") + post(kPredict, "3"));
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  for (const std::string number : {"1", "2", "3"}) {
    const auto request = upstream->read_message();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->body, number);
    EXPECT_TRUE(upstream->silent());
    upstream->send(reply("answer to " + number));
    EXPECT_EQ(client.read_message()->body, "answer to " + number);
  }
}

TEST_F(GatewayUpstream, Rule05_writes_the_head_anew_in_lower_case_with_its_own_framing) {
  Wire client = gateway_.client();
  client.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHOST: Front:80\r\nX-MiXeD:    kept   \r\nContent-Length: 2\r\n\r\n{}");
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  const auto request = upstream->read_message();
  ASSERT_TRUE(request);
  EXPECT_THAT(request->raw_head, testing::StartsWith("POST /predict HTTP/1.1\r\nhost: Front:80\r\n"
                                                     "x-mixed: kept\r\n"));
  EXPECT_THAT(request->raw_head, testing::EndsWith("content-length: 2\r\n\r\n"));
}

TEST_F(GatewayUpstream, Rule06_drops_hop_by_hop_fields_and_those_that_connection_names) {
  Wire client = gateway_.client();
  client.send(post(kPredict, "{}",
                   "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\n"
                   "Proxy-Authorization: Basic eA==\r\nTrailer: X\r\nX-End: 1\r\n"));
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  const auto request = upstream->read_message();
  ASSERT_TRUE(request);
  for (const std::string gone :
       {"connection", "x-hop", "keep-alive", "te", "proxy-authorization", "trailer"}) {
    EXPECT_FALSE(request->has(gone)) << gone;
  }
  EXPECT_EQ(request->field("x-end"), "1");
  upstream->send(reply("ok",
                       "Connection: X-Inner\r\nX-Inner: secret\r\nKeep-Alive: timeout=2\r\n"
                       "X-Outer: 1\r\n"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->has("x-inner"));
  EXPECT_FALSE(answer->has("keep-alive"));
  EXPECT_EQ(answer->field("x-outer"), "1");
}

TEST_F(GatewayUpstream, Rule06_refuses_a_request_that_wants_a_protected_field_dropped) {
  Wire client = gateway_.client();
  client.send(post(kPredict, "{}", "Connection: X-Forwarded-For\r\n"));
  EXPECT_EQ(client.read_message()->status(), 400);
  EXPECT_TRUE(client.ended_by_peer());
  EXPECT_TRUE(model_.untouched());
}

TEST_F(GatewayUpstream, Rule07_never_forwards_an_upgrade_and_takes_no_101) {
  Wire client = gateway_.client();
  client.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
              "Content-Length: 0\r\n\r\n");
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  const auto request = upstream->read_message();
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->has("upgrade"));
  EXPECT_FALSE(request->has("connection"));
  upstream->send(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
      "Connection: upgrade\r\n\r\n");
  expect_failure(client, 502, "broke the rules of HTTP");
  EXPECT_TRUE(upstream->ended_by_peer());
}

TEST_F(GatewayUpstream, Rule11_answers_502_to_replies_that_break_the_rules) {
  for (const std::string_view nonsense : {
           "SMTP ready\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
           "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       }) {
    auto [client, upstream] = ask();
    upstream.send(nonsense);
    expect_failure(client, 502, "broke the rules of HTTP");
    EXPECT_TRUE(upstream.ended_by_peer());
  }
}

TEST_F(GatewayUpstream, Rule11_cuts_the_client_off_when_the_body_breaks_the_rules) {
  auto [client, upstream] = ask();
  upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_NE(client.read_until("abc"), "");
  upstream.send("not a chunk");
  client.read_until("\r\n0\r\n\r\n");  // never comes, the connection ends
  EXPECT_TRUE(client.ended_by_peer() || !client.silent());
  EXPECT_TRUE(upstream.ended_by_peer());
}

TEST_F(GatewayUpstream, Rule11_skips_interim_replies) {
  auto [client, upstream] = ask();
  upstream.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/");
  upstream.send("1.1 102 Processing\r\n\r\n");
  upstream.send(reply("final"));
  EXPECT_EQ(client.read_message()->body, "final");
  ask_again(client, upstream);
  upstream.send(reply("again"));
  EXPECT_EQ(client.read_message()->body, "again");
}

TEST_F(GatewayUpstream, reads_a_reply_that_comes_byte_by_byte) {
  auto [client, upstream] = ask();
  for (const char c : reply("slowly", "X-A: b\r\n")) upstream.send({&c, 1});
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "slowly");
  EXPECT_EQ(answer->field("x-a"), "b");
}

TEST_F(GatewayUpstream, answers_502_when_the_replica_closes_or_resets_before_its_reply) {
  {
    auto [client, upstream] = ask();
    upstream.close();
    expect_failure(client, 502, "closed the connection before it answered");
  }
  {
    auto [client, upstream] = ask();
    upstream.reset();
    expect_failure(client, 502, "closed the connection before it answered");
  }
  {
    auto [client, upstream] = ask();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Le");
    upstream.close();
    expect_failure(client, 502, "closed the connection before it answered");
  }
}

TEST_F(GatewayUpstream, cuts_the_client_off_when_the_reply_stays_incomplete) {
  for (const bool chunked : {false, true}) {
    auto [client, upstream] = ask();
    upstream.send(chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
                          : "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    EXPECT_NE(client.read_until("abc"), "");
    upstream.close();
    client.read_some();
    EXPECT_TRUE(client.ended_by_peer());
  }
}

TEST_F(GatewayUpstream, answers_502_when_nobody_listens) {
  model_.stop_listening();
  Wire client = gateway_.client();
  client.send(post(kPredict, "{}"));
  expect_failure(client, 502, "no connection to a replica");
  // The client's connection is as good as before.
  client.send(post(kPredict, "{}"));
  expect_failure(client, 502, "no connection to a replica");
}

TEST_F(GatewayUpstream, Rule14_tries_another_replica_when_one_refuses_the_connection) {
  AutonomousUpstream healthy([](const Message& request) { return reply(request.body); });
  model_.stop_listening();
  gateway_.serve({route_to({model_.port(), healthy.port()})});
  Wire client = gateway_.client();
  for (int i = 0; i < 50; ++i) {
    client.send(post(kPredict, std::to_string(i)));
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status(), 200);
    EXPECT_EQ(answer->body, std::to_string(i));
  }
  EXPECT_EQ(healthy.requests(), 50u);
}

TEST_F(GatewayUpstream, Rule14_never_repeats_a_post_that_may_have_been_read) {
  auto [client, upstream] = ask();
  upstream.send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  ask_again(client, upstream);  // on the pooled connection: the model has read it
  upstream.close();
  expect_failure(client, 502, "closed the connection before it answered");
  EXPECT_TRUE(model_.untouched());
}

TEST_F(GatewayUpstream, Rule14_repeats_a_get_whose_replica_went_away) {
  gateway_.serve({route_to({model_.port()})});
  Wire client = gateway_.client();
  client.send(get("/deployment/iris/page"));
  {
    auto dying = model_.accept();
    ASSERT_TRUE(dying);
    ASSERT_TRUE(dying->read_message());
    dying->reset();
  }
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  EXPECT_EQ(upstream->read_message()->start_line, "GET /page HTTP/1.1");
  upstream->send(reply("here"));
  EXPECT_EQ(client.read_message()->body, "here");
}

TEST_F(GatewayUpstream, notices_a_pooled_connection_that_the_replica_closed) {
  auto [client, upstream] = ask();
  upstream.send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  upstream.close();
  ASSERT_TRUE(
      eventually([&] { return gateway_.metric("slipway_gateway_upstream_stale_total") == 1; }));
  client.send(post(kPredict, "{}"));
  auto fresh = model_.accept();
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->read_message());
  fresh->send(reply("2"));
  EXPECT_EQ(client.read_message()->body, "2");
}

TEST_F(GatewayUpstream, drops_idle_connections_before_the_replica_would) {
  GatewayFixture usual([](gateway::GatewayConfig& config) { config.pool = gateway::PoolLimits(); });
  usual.serve({route()});
  Wire client = usual.client();
  client.send(post(kPredict, "{}"));
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  ASSERT_TRUE(upstream->read_message());
  upstream->send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  EXPECT_TRUE(upstream->ended_by_peer());
}

TEST_F(GatewayUpstream, answers_504_when_the_replica_never_answers) {
  snapshot::Route impatient = route();
  impatient.request_timeout_ms = 50;
  gateway_.serve({impatient});
  auto [client, upstream] = ask();
  expect_failure(client, 504, "did not answer in time");
  EXPECT_TRUE(upstream.ended_by_peer());
}

TEST_F(GatewayUpstream, counts_the_time_of_the_replica_from_the_end_of_the_request) {
  snapshot::Route impatient = route();
  impatient.request_timeout_ms = 100;
  gateway_.serve({impatient});
  Wire client = gateway_.client();
  client.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc");
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  EXPECT_NE(upstream->read_until("abc"), "");
  const auto later = std::chrono::steady_clock::now() + milliseconds(300);
  ASSERT_TRUE(eventually([&] { return std::chrono::steady_clock::now() > later; }));
  client.send("def");
  EXPECT_NE(upstream->read_until("def"), "");
  upstream->send(reply("in time"));
  EXPECT_EQ(client.read_message()->body, "in time");
}

TEST_F(GatewayUpstream, cancels_the_replica_when_the_client_goes_away) {
  auto [client, upstream] = ask();
  client.close();
  EXPECT_TRUE(upstream.ended_by_peer());
  EXPECT_TRUE(eventually([&] {
    return gateway_.metric("slipway_gateway_failures_total{cause=\"client_gone\"}") == 1 &&
           gateway_.metric("slipway_gateway_in_flight") == 0;  // counted down a moment later
  }));
}

TEST_F(GatewayUpstream, cancels_the_replica_when_the_client_goes_away_within_the_reply) {
  auto [client, upstream] = ask();
  upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_NE(client.read_until("abc"), "");
  client.reset();
  EXPECT_TRUE(upstream.ended_by_peer());
}

TEST_F(GatewayUpstream, cancels_the_replica_when_the_client_goes_away_within_the_upload) {
  Wire client = gateway_.client();
  client.send(std::string("POST ") + kPredict +
              " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbeginning");
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  EXPECT_NE(upstream->read_until("beginning"), "");
  client.close();
  EXPECT_TRUE(upstream->ended_by_peer());
}

TEST_F(GatewayUpstream, never_holds_back_a_streaming_reply) {
  auto [client, upstream] = ask();
  upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_TRUE(client.read_head());
  for (const std::string part : {"one", "two", "three"}) {
    upstream.send("5\r\n" + part.substr(0, 3) + "..\r\n");
    EXPECT_NE(client.read_until(part.substr(0, 3)), "");
  }
  upstream.send("0\r\n\r\n");
  EXPECT_NE(client.read_until("0\r\n\r\n"), "");
  ask_again(client, upstream);
  upstream.send(reply("2"));
  EXPECT_EQ(client.read_message()->body, "2");
}

TEST_F(GatewayUpstream, carries_large_bodies_both_ways) {
  const std::string large(8 * 1024 * 1024, 'x');
  AutonomousUpstream echo([](const Message& request) { return reply(request.body); });
  gateway_.serve({route_to({echo.port()})});
  Wire client = gateway_.client();
  for (int i = 0; i < 2; ++i) {
    client.send(post(kPredict, large));
    const auto answer = client.read_message();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->body == large);
  }
}

TEST_F(GatewayUpstream, pauses_the_replica_while_the_client_does_not_read) {
  const std::string large(32 * 1024 * 1024, 'x');
  AutonomousUpstream generous([&](const Message&) { return reply(large); });
  gateway_.serve({route_to({generous.port()})});
  Wire client = gateway_.client();
  client.send(post(kPredict, "{}"));
  EXPECT_TRUE(eventually(
      [&] { return gateway_.metric("slipway_gateway_pauses_total{side=\"upstream\"}") > 0; }));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body == large);
}

TEST_F(GatewayUpstream, pauses_the_client_while_the_replica_does_not_read) {
  const std::string part(64 * 1024, 'x');
  Wire client = gateway_.client();
  std::atomic<bool> sent{false};
  std::thread sender([&] {
    client.send(std::string("POST ") + kPredict +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 33554432\r\n\r\n");
    for (int i = 0; i < 512; ++i) client.send(part);
    sent = true;
  });
  auto upstream = model_.accept();
  ASSERT_TRUE(upstream);
  EXPECT_TRUE(eventually(
      [&] { return gateway_.metric("slipway_gateway_pauses_total{side=\"client\"}") > 0; }));
  EXPECT_FALSE(sent);
  const auto request = upstream->read_message();
  sender.join();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body.size(), 33554432u);
  upstream->send(reply("all of it"));
  EXPECT_EQ(client.read_message()->body, "all of it");
}

}  // namespace
}  // namespace slipway::test
