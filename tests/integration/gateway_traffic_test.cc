// What control hears of the gateway's counts: each request once, whatever happens to reports.

#include <gtest/gtest.h>

#include <map>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

constexpr const char* kAda = "Authorization: Bearer slc_ada-token\r\n";

struct Told {
  uint64_t requests = 0;   // of deployments
  uint64_t exchanges = 0;  // with models
  uint64_t of_ada = 0;
  std::map<int, uint64_t> codes = {};
};

Told told(const ScriptedControl& control) {
  Told all;
  for (const snapshot::TrafficReport& report : control.traffic()) {
    for (const auto& row : report.deployments) {
      for (const auto& code : row.requests) {
        for (const uint64_t count : code.durations) {
          all.requests += count;
          all.codes[code.code] += count;
        }
      }
    }
    for (const auto& row : report.models) {
      EXPECT_EQ(row.image, "team/iris:3");
      for (const auto& code : row.exchanges) {
        for (const uint64_t count : code.durations) all.exchanges += count;
      }
    }
    for (const auto& row : report.clients) {
      EXPECT_EQ(row.client, "ada");
      all.of_ada += row.requests;
    }
  }
  return all;
}

class GatewayTraffic : public testing::Test {
 protected:
  AutonomousUpstream model_{[](const Message&) { return reply("ok"); }};

  void serve(GatewayFixture& gateway) {
    gateway.serve(
        {private_route(route_to({model_.port()}), {client_with("ada", "slc_ada-token")})});
  }
  static int ask(GatewayFixture& gateway, const char* fields) {
    Wire client = gateway.client();
    client.send(post(kPredict, "{}", fields));
    const auto answer = client.read_message();
    return answer ? answer->status() : 0;
  }
};

TEST_F(GatewayTraffic, is_told_once_though_control_refuses_and_answers_are_lost) {
  GatewayFixture gateway([](gateway::GatewayConfig& config) {
    config.workers = 2;
    config.report_period = std::chrono::milliseconds(5);
  });
  serve(gateway);
  gateway.control().refuse_traffic(2);
  gateway.control().lose_answers(2);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(ask(gateway, kAda), 200);
    EXPECT_EQ(ask(gateway, ""), 401);
  }
  EXPECT_TRUE(eventually([&] { return told(gateway.control()).requests >= 40; }));
  const Told all = told(gateway.control());
  EXPECT_EQ(all.requests, 40u);
  EXPECT_EQ(all.exchanges, 20u);
  EXPECT_EQ(all.of_ada, 20u);
  EXPECT_EQ(all.codes, (std::map<int, uint64_t>{{200, 20}, {401, 20}}));
  // Numbers without gaps, of one run.
  const auto reports = gateway.control().traffic();
  for (size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(reports[i].sequence, i + 1);
    EXPECT_EQ(reports[i].run, reports[0].run);
    EXPECT_EQ(reports[i].gateway, "gw-1");
  }
}

TEST_F(GatewayTraffic, is_told_a_last_time_when_the_gateway_drains) {
  GatewayFixture gateway(
      [](gateway::GatewayConfig& config) { config.report_period = std::chrono::hours(1); });
  serve(gateway);
  EXPECT_EQ(ask(gateway, kAda), 200);
  EXPECT_TRUE(gateway.control().traffic().empty());
  EXPECT_TRUE(gateway.drained());
  EXPECT_EQ(gateway.control().traffic().size(), 1u);
  EXPECT_EQ(told(gateway.control()).of_ada, 1u);
  EXPECT_EQ(told(gateway.control()).requests, 1u);
}

TEST_F(GatewayTraffic, is_told_by_a_gateway_that_hands_over_though_control_is_replaced_meanwhile) {
  GatewayFixture gateway(
      [](gateway::GatewayConfig& config) { config.report_period = std::chrono::hours(1); });
  serve(gateway);
  EXPECT_EQ(ask(gateway, kAda), 200);
  gateway.control().refuse_traffic(3);
  gateway.hand_over();
  EXPECT_TRUE(gateway.has_ended());
  EXPECT_EQ(told(gateway.control()).of_ada, 1u);
}

}  // namespace
}  // namespace slipway::test
