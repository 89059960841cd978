// gRPC through the gateway, HTTP/2 on both sides, driven step by step: what passes, what the
// gateway says itself, and who hears of whose end. With real clients and servers:
// tests/e2e/grpc_test.py.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "http/h2_peer_test.h"
#include "support/gateway_fixture.h"
#include "support/h2_replica.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using http::H2Error;
using testing::HasSubstr;
using testing::Not;

constexpr int kUnavailable = 14;

using Call = H2Replica::Call;

// A replica on a connection that the gateway made.
class Replica final : public H2Replica {
 public:
  explicit Replica(Wire wire) : wire_(std::move(wire)) {}

  void send_all() { wire_.send(say()); }
  // False: the gateway ended the connection before it held.
  template <typename Condition>
  bool read_until(Condition condition) {
    while (!condition()) {
      const std::string bytes = wire_.read_some();
      if (bytes.empty()) return false;
      hear(bytes);
      send_all();
    }
    return true;
  }
  void answer(std::string_view body, std::string_view trailers) {
    respond(body, trailers);
    send_all();
  }

 private:
  Wire wire_;
};

class GatewayGrpc : public testing::Test {
 protected:
  void SetUp() override {
    gateway_.serve({route_to({model_.port()})});
    wire_ = gateway_.client();
  }

  int32_t call(const std::string& path, http::H2Pairs metadata = {}, bool unfinished = false) {
    http::H2Pairs head =
        http::h2_post(path, {{"content-type", "application/grpc"}, {"te", "trailers"}});
    for (auto& pair : metadata) head.push_back(std::move(pair));
    const int32_t id = client_.request(head, "a message", unfinished);
    wire_.send(client_.say());
    return id;
  }
  // Hears until `condition` holds.
  template <typename Condition>
  bool read_until(Condition condition) {
    while (!condition()) {
      const std::string bytes = wire_.read_some();
      if (bytes.empty()) return false;
      client_.hear(bytes);
      wire_.send(client_.say());
    }
    return true;
  }
  const http::H2TestClient::Answer& finish(int32_t id) {
    EXPECT_TRUE(read_until([&] { return client_.answers[id].closed.has_value(); }));
    return client_.answers[id];
  }
  std::unique_ptr<Replica> accept() {
    auto wire = model_.accept();
    EXPECT_TRUE(wire) << "the gateway does not connect";
    return wire ? std::make_unique<Replica>(std::move(*wire)) : nullptr;
  }
  void expect_refusal(int32_t id, int status, std::string_view words) {
    const auto& answer = finish(id);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.fields.at("content-type"), "application/grpc");
    EXPECT_EQ(answer.fields.at("grpc-status"), std::to_string(status));
    EXPECT_THAT(answer.fields.at("grpc-message"), HasSubstr(std::string(words)));
    EXPECT_EQ(answer.body, "");
    EXPECT_TRUE(answer.whole);
  }

  ScriptedUpstream model_;
  GatewayFixture gateway_{
      [](gateway::GatewayConfig& config) { config.access_log_bytes = 1 << 20; }};
  http::H2TestClient client_;
  Wire wire_;
};

TEST_F(GatewayGrpc, passes_a_call_and_its_trailers_below_the_deployments_path) {
  const int32_t id =
      call("/deployment/iris/test.Model/Echo", {{"x-mine", "3"}, {"authorization", "Bearer x"}});
  const auto replica = accept();
  ASSERT_TRUE(
      replica->read_until([&] { return !replica->calls.empty() && replica->calls[0].ended; }));
  const Call& seen = replica->calls[0];
  EXPECT_THAT(seen.head, HasSubstr("POST /test.Model/Echo\n"));
  EXPECT_THAT(seen.head, HasSubstr("\nx-mine=3\n"));
  EXPECT_THAT(seen.head, HasSubstr("\nte=trailers\n"));
  EXPECT_THAT(seen.head, HasSubstr("\nseldon-puid="));
  EXPECT_THAT(seen.head, Not(HasSubstr("authorization")));
  EXPECT_EQ(seen.body, "a message");
  replica->answer("its answer", "grpc-status: 0\r\nx-last: 2\r\n");
  const auto& answer = finish(id);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "its answer");
  EXPECT_EQ(answer.fields.at("x-initial"), "1");
  EXPECT_EQ(answer.fields.at("grpc-status"), "0");
  EXPECT_EQ(answer.fields.at("x-last"), "2");
  EXPECT_TRUE(eventually([&] {
    return gateway_.metric(
               R"(seldon_api_executor_server_requests_seconds_count{deployment_name="iris",)"
               R"(predictor_name="deploy",predictor_version="",service="predictions",)"
               R"(method="post",code="200",status="200"})") == 1;
  }));
}

TEST_F(GatewayGrpc, finds_the_deployment_by_seldons_metadata) {
  const int32_t id = call("/test.Model/Echo", {{"seldon", "iris"}});
  const auto replica = accept();
  ASSERT_TRUE(
      replica->read_until([&] { return !replica->calls.empty() && replica->calls[0].ended; }));
  EXPECT_THAT(replica->calls[0].head, HasSubstr("POST /test.Model/Echo\n"));
  replica->answer("", "grpc-status: 9\r\ngrpc-message: no\r\n");
  EXPECT_EQ(finish(id).fields.at("grpc-status"), "9");
}

TEST_F(GatewayGrpc, counts_calls_by_how_they_ended_and_writes_it_down) {
  std::unique_ptr<Replica> replica;
  const auto asked = [&](const char* method) {
    const int32_t id = call(std::string("/deployment/iris/test.Model/") + method);
    const size_t before = replica == nullptr ? 0 : replica->calls.size();
    if (replica == nullptr) replica = accept();
    EXPECT_TRUE(replica->read_until(
        [&] { return replica->calls.size() > before && replica->calls.back().ended; }));
    return id;
  };
  for (const char* trailers : {"grpc-status: 0\r\n", "grpc-status: 9\r\ngrpc-message: no\r\n",
                               "x-last: 2\r\n"}) {  // a client takes the last one for UNKNOWN
    const int32_t id = asked("Echo");
    replica->answer("", trailers);
    finish(id);
  }
  const int32_t by_its_head = asked("Echo");
  replica->session.respond(replica->calls.back(), 200, "",
                           "content-type: application/grpc\r\ngrpc-status: 12\r\n", -1, true);
  replica->send_all();
  finish(by_its_head);
  client_.reset(asked("Wait"));
  wire_.send(client_.say());
  EXPECT_FALSE(replica->read_until([] { return false; }));
  model_.stop_listening();
  finish(call("/deployment/iris/test.Model/Echo"));
  const auto calls = [&](const std::string& code) {
    return gateway_.metric(
        R"(slipway_gateway_grpc_calls_total{deployment_name="iris",grpc_code=")" + code + "\"}");
  };
  for (const char* code :
       {"OK", "FAILED_PRECONDITION", "UNKNOWN", "UNIMPLEMENTED", "CANCELLED", "UNAVAILABLE"}) {
    EXPECT_TRUE(eventually([&] { return calls(code) == 1; })) << code;
  }
  EXPECT_TRUE(gateway_.drained());
  gateway_.end();
  std::ifstream log(gateway_.directory() / "access.log");
  std::vector<int> logged;
  for (std::string line; std::getline(log, line);) {
    const Json record = parse_json(line).value();
    EXPECT_EQ(record["protocol"], "gRPC");
    logged.push_back(record["grpc_status"]);
  }
  EXPECT_THAT(logged, testing::ElementsAre(0, 9, 2, 12, 1, kUnavailable));
}

TEST_F(GatewayGrpc, carries_the_next_call_on_the_same_connection) {
  const auto whole = [](Replica& replica, size_t calls) {
    return replica.read_until(
        [&] { return replica.calls.size() == calls && replica.calls.back().ended; });
  };
  const int32_t first = call("/deployment/iris/test.Model/Echo");
  const auto replica = accept();
  ASSERT_TRUE(whole(*replica, 1));
  replica->answer("one", "grpc-status: 0\r\n");
  EXPECT_EQ(finish(first).body, "one");
  const int32_t second = call("/deployment/iris/test.Model/Echo");
  ASSERT_TRUE(whole(*replica, 2));
  EXPECT_EQ(replica->calls[1].body, "a message");
  replica->answer("two", "grpc-status: 0\r\n");
  EXPECT_EQ(finish(second).body, "two");
  EXPECT_TRUE(model_.untouched());
}

TEST_F(GatewayGrpc, takes_a_call_elsewhere_that_the_replica_has_not_begun_with) {
  const int32_t id = call("/deployment/iris/test.Model/Echo");
  const auto first = accept();
  ASSERT_TRUE(first->read_until([&] { return !first->calls.empty() && first->calls[0].ended; }));
  first->session.reset(first->calls[0], H2Error::kRefusedStream);
  first->send_all();
  const auto second = accept();
  ASSERT_TRUE(second->read_until([&] { return !second->calls.empty() && second->calls[0].ended; }));
  EXPECT_EQ(second->calls[0].body, "a message");
  second->answer("done", "grpc-status: 0\r\n");
  EXPECT_EQ(finish(id).body, "done");
}

TEST_F(GatewayGrpc, lets_both_sides_speak_before_the_other_has_finished) {
  const int32_t id = call("/deployment/iris/test.Model/Talk", {}, true);
  const auto replica = accept();
  ASSERT_TRUE(replica->read_until(
      [&] { return !replica->calls.empty() && replica->calls[0].body == "a message"; }));
  replica->session.respond(replica->calls[0], 200, "", "content-type: application/grpc\r\n", -1,
                           false);
  for (const std::string word : {"one", "two"}) {
    replica->session.write(replica->calls[0], word);
    replica->send_all();
    EXPECT_TRUE(read_until([&] { return client_.answers[id].body.ends_with(word); }));
    client_.more(id, word);
    wire_.send(client_.say());
    EXPECT_TRUE(replica->read_until([&] { return replica->calls[0].body.ends_with(word); }));
  }
  client_.end(id);
  wire_.send(client_.say());
  EXPECT_TRUE(replica->read_until([&] { return replica->calls[0].ended; }));
  replica->session.finish(replica->calls[0], "grpc-status: 0\r\n");
  replica->send_all();
  EXPECT_EQ(finish(id).fields.at("grpc-status"), "0");
}

TEST_F(GatewayGrpc, a_client_that_cancels_ends_the_replicas_call) {
  const int32_t id = call("/deployment/iris/test.Model/Wait");
  const auto replica = accept();
  ASSERT_TRUE(
      replica->read_until([&] { return !replica->calls.empty() && replica->calls[0].ended; }));
  client_.reset(id);
  wire_.send(client_.say());
  EXPECT_FALSE(replica->read_until([] { return false; }));  // the connection ends
}

TEST_F(GatewayGrpc, says_what_it_refuses_as_a_status_of_grpc) {
  expect_refusal(call("/deployment/none/test.Model/Echo"), 5, "there is no deployment 'none'");
  expect_refusal(call("/test.Model/Echo"), 12, "seldon: <deployment id>");
  expect_refusal(call("/deployment/iris/api/v1.0/predictions"), 12, "seldon: <deployment id>");
  auto closed = private_route(route_to({model_.port()}, "closed"), {client_with("ada", "token")});
  gateway_.serve({route_to({model_.port()}), closed});
  expect_refusal(call("/deployment/closed/test.Model/Echo"), 16, "private");
  EXPECT_TRUE(model_.untouched());
}

TEST_F(GatewayGrpc, refuses_what_is_above_the_rate_as_exhausted_and_says_when_to_come_back) {
  snapshot::Route limited = route_to({model_.port()});
  limited.requests_per_minute = 1;
  gateway_.serve({limited});
  const int32_t first = call("/deployment/iris/test.Model/Echo");
  const auto replica = accept();
  ASSERT_TRUE(
      replica->read_until([&] { return !replica->calls.empty() && replica->calls[0].ended; }));
  replica->answer("", "grpc-status: 0\r\n");
  EXPECT_EQ(finish(first).fields.at("ratelimit"), "\"deployment\";r=0;t=60");
  const int32_t second = call("/deployment/iris/test.Model/Echo");
  expect_refusal(second, 8, "more requests than it takes");
  EXPECT_TRUE(finish(second).fields.contains("retry-after"));
  EXPECT_EQ(finish(second).fields.at("ratelimit-policy"), "\"deployment\";q=1;w=60");
}

TEST_F(GatewayGrpc, tells_a_replica_that_is_not_there_or_breaks_off) {
  const int32_t broken = call("/deployment/iris/test.Model/Echo");
  auto replica = accept();
  ASSERT_TRUE(
      replica->read_until([&] { return !replica->calls.empty() && replica->calls[0].ended; }));
  replica->session.reset(replica->calls[0], H2Error::kInternal);
  replica->send_all();
  expect_refusal(broken, kUnavailable, "closed the connection");
  const int32_t other = call("/deployment/iris/test.Model/Echo");
  auto wire = model_.accept();
  ASSERT_TRUE(wire);
  EXPECT_NE(wire->read_until("PRI"), "");
  wire->send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  wire->close();
  EXPECT_EQ(finish(other).fields.at("grpc-status"), std::to_string(kUnavailable));
  model_.stop_listening();
  expect_refusal(call("/deployment/iris/test.Model/Echo"), kUnavailable, "no connection");
}

TEST_F(GatewayGrpc, a_replica_that_breaks_off_within_its_answer_is_seen_to_be_cut) {
  const int32_t id = call("/deployment/iris/test.Model/Echo");
  const auto replica = accept();
  ASSERT_TRUE(
      replica->read_until([&] { return !replica->calls.empty() && replica->calls[0].ended; }));
  replica->session.respond(replica->calls[0], 200, "", "", -1, false);
  replica->session.write(replica->calls[0], "half");
  replica->send_all();
  EXPECT_TRUE(read_until([&] { return client_.answers[id].body == "half"; }));
  replica->session.reset(replica->calls[0], H2Error::kInternal);
  replica->send_all();
  const auto& answer = finish(id);
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(answer.closed, NGHTTP2_INTERNAL_ERROR);
}

}  // namespace
}  // namespace slipway::test
