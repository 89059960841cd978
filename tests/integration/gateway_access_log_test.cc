// The access log of a real gateway: a line for each request to an endpoint, whatever became of it.

#include <gtest/gtest.h>

#include <fstream>

#include "base/json.h"
#include "http/h2_peer_test.h"
#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

constexpr const char* kAda = "Authorization: Bearer slc_ada-token\r\n";

class GatewayAccessLog : public testing::Test {
 protected:
  static std::vector<Json> lines(const GatewayFixture& gateway) {
    std::vector<Json> out;
    std::ifstream file(gateway.directory() / "access.log");
    for (std::string line; std::getline(file, line);) out.push_back(parse_json(line).value());
    return out;
  }
  static int ask(const GatewayFixture& gateway, const std::string& path, const char* fields = "") {
    Wire client = gateway.client();
    client.send(post(path, "{}", fields));
    const auto answer = client.read_message();
    return answer ? answer->status() : 0;
  }

  GatewayFixture gateway_{
      [](gateway::GatewayConfig& config) { config.access_log_bytes = 1 << 20; }};
};

TEST_F(GatewayAccessLog, says_who_asked_which_replica_and_how_it_ended) {
  AutonomousUpstream model([](const Message&) { return reply("answer"); });
  gateway_.serve({private_route(route_to({model.port()}), {client_with("ada", "slc_ada-token")})});
  EXPECT_EQ(ask(gateway_, kPredict, kAda), 200);
  EXPECT_EQ(ask(gateway_, kPredict), 401);
  EXPECT_EQ(ask(gateway_, "/deployment/nowhere/api/v1.0/predictions"), 404);
  EXPECT_EQ(ask(gateway_, "/deployment/iris/api/v1.0/feedback", kAda), 200);
  ASSERT_TRUE(eventually([&] { return lines(gateway_).size() == 3; }));

  const std::vector<Json> all = lines(gateway_);
  EXPECT_EQ(all[0]["deployment"], "iris");
  EXPECT_EQ(all[0]["client"], "ada");
  EXPECT_EQ(all[0]["service"], "predictions");
  EXPECT_EQ(all[0]["protocol"], "HTTP/1.1");
  EXPECT_FALSE(all[0].contains("tls"));
  EXPECT_EQ(all[0]["status"], 200);
  EXPECT_EQ(all[0]["request_bytes"], 2);
  EXPECT_EQ(all[0]["response_bytes"], 6);
  EXPECT_EQ(all[0]["attempts"], 1);
  EXPECT_FALSE(all[0].contains("reason"));
  EXPECT_FALSE(all[0]["replica"].get<std::string>().empty());
  EXPECT_FALSE(all[0]["puid"].get<std::string>().empty());
  EXPECT_GE(all[0]["total_us"], all[0]["upstream_us"]);
  EXPECT_EQ(all[1]["status"], 401);
  EXPECT_EQ(all[1]["reason"], "unauthorized");
  EXPECT_FALSE(all[1].contains("client"));
  EXPECT_EQ(all[2]["service"], "feedback");
  // Tokens are nobody's business.
  std::ifstream file(gateway_.directory() / "access.log");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text.find("slc_"), std::string::npos);
  EXPECT_EQ(gateway_.metric("slipway_gateway_access_log_lines_total"), 3);
  EXPECT_EQ(gateway_.metric("slipway_gateway_access_log_dropped_total"), 0);
}

TEST_F(GatewayAccessLog, says_what_a_request_came_by) {
  AutonomousUpstream model([](const Message&) { return reply("answer"); });
  gateway_.serve({route_to({model.port()})});
  Wire old = gateway_.client();
  old.send("GET /deployment/iris/page HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read_message()->status(), 200);
  Wire wire = gateway_.client();
  http::H2TestClient client;
  const int32_t id = client.request(http::h2_get("/deployment/iris/page"));
  wire.send(client.say());
  while (!client.answers[id].closed) {
    const std::string bytes = wire.read_some();
    ASSERT_NE(bytes, "");
    client.hear(bytes);
    wire.send(client.say());
  }
  ASSERT_TRUE(eventually([&] { return lines(gateway_).size() == 2; }));
  const std::vector<Json> all = lines(gateway_);
  EXPECT_EQ(all[0]["protocol"], "HTTP/1.0");
  EXPECT_EQ(all[1]["protocol"], "HTTP/2");
  EXPECT_FALSE(all[1].contains("grpc_status"));

  const auto metric = [&](const std::string& rest) {
    return gateway_.metric("slipway_gateway_protocol_connections" + rest);
  };
  Wire silent = gateway_.client();
  EXPECT_TRUE(eventually([&] {
    return metric(R"({protocol="h2",tls="0"})") == 1 &&
           metric(R"(_total{protocol="http/1.1",tls="0"})") == 1 &&
           metric(R"({protocol="http/1.1",tls="0"})") == 0 &&
           gateway_.metric("slipway_gateway_client_connections_total") == 3;
  }));
  EXPECT_EQ(metric(R"(_total{protocol="h2",tls="0"})"), 1);
  EXPECT_EQ(metric(R"(_total{protocol="h2",tls="1"})"), 0);
}

TEST_F(GatewayAccessLog, has_the_reason_of_each_5xx_and_what_was_under_way_at_the_end) {
  snapshot::Route stopped = route_to({});
  stopped.state = snapshot::RouteState::kStopped;
  gateway_.serve({stopped, route_to({1}, "refuses")});
  EXPECT_EQ(ask(gateway_, kPredict), 503);
  EXPECT_EQ(ask(gateway_, "/deployment/refuses/api/v1.0/predictions"), 502);
  // Nobody has waited for these lines: a gateway that ends writes them first.
  ASSERT_TRUE(gateway_.drained());
  gateway_.end();
  const std::vector<Json> all = lines(gateway_);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0]["reason"], "not_serving");
  EXPECT_EQ(all[0]["attempts"], 0);
  EXPECT_EQ(all[1]["reason"], "connect");
  EXPECT_EQ(all[1]["attempts"], 2);
}

}  // namespace
}  // namespace slipway::test
