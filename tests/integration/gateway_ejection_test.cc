// Replicas that fail are passed over and come back, and no request that can be saved is lost
// meanwhile.

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

constexpr const char* kPage = "/deployment/iris/page";

class GatewayEjection : public testing::Test {
 protected:
  // Well, or else it resets every connection that a request comes on.
  struct Replica {
    std::atomic<bool> well{true};
    AutonomousUpstream upstream{
        [this](const Message&) { return well ? reply("here") : std::string(); }};
  };

  double metric(const std::string& name, const std::string& label = "") const {
    return gateway_.metric("slipway_gateway_" + name + "{deployment_name=\"iris\"" +
                           (label.empty() ? "" : "," + label) + "}");
  }
  double trials() const {
    return metric("ejection_trials_total", "outcome=\"passed\"") +
           metric("ejection_trials_total", "outcome=\"failed\"");
  }
  double ejected() const { return metric("ejected_replicas"); }

  int ask(const std::string& request) {
    if (!client_.open()) client_ = gateway_.client();
    client_.send(request);
    const auto answer = client_.read_message();
    return answer ? answer->status() : 0;
  }
  int ask() { return ask(get(kPage)); }

  Replica a_;
  Replica b_;
  GatewayFixture gateway_{[](gateway::GatewayConfig& config) { config.workers = 1; }};
  Wire client_;
};

TEST_F(GatewayEjection, passes_over_a_replica_after_five_faults_and_takes_it_back_when_it_is_well) {
  gateway_.serve({route_to({a_.upstream.port(), b_.upstream.port()})});
  a_.well = false;
  ASSERT_TRUE(eventually([&] {
    EXPECT_EQ(ask(), 200);
    return ejected() == 1;
  }));
  EXPECT_EQ(static_cast<double>(a_.upstream.requests()), 5 + trials());
  // Sick for some more trials, and none of them costs an answer.
  ASSERT_TRUE(eventually([&] {
    EXPECT_EQ(ask(), 200);
    return metric("ejection_trials_total", "outcome=\"failed\"") >= 1;
  }));
  EXPECT_EQ(static_cast<double>(a_.upstream.requests()), 5 + trials());
  EXPECT_EQ(metric("ejections_total", "cause=\"lost\""), 1 + trials());

  a_.well = true;
  ASSERT_TRUE(eventually([&] {
    EXPECT_EQ(ask(), 200);
    return ejected() == 0;
  }));
  EXPECT_EQ(metric("ejection_trials_total", "outcome=\"passed\""), 1);
  const uint64_t before = a_.upstream.requests();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(), 200);
  EXPECT_GT(a_.upstream.requests(), before);
}

TEST_F(GatewayEjection, loses_no_post_to_a_replica_that_cannot_be_reached) {
  ScriptedUpstream gone;
  gone.stop_listening();
  gateway_.serve({route_to({a_.upstream.port(), gone.port()})});
  ASSERT_TRUE(eventually([&] {
    EXPECT_EQ(ask(post(kPredict, "{}")), 200);
    return metric("ejection_trials_total", "outcome=\"failed\"") >= 1;
  }));
  EXPECT_EQ(metric("ejections_total", "cause=\"connect\""), 1 + trials());
  EXPECT_EQ(ejected(), 1);
  // One that comes in its place begins as good.
  gateway_.serve({route_to({a_.upstream.port(), b_.upstream.port()})});
  EXPECT_TRUE(eventually([&] { return ejected() == 0; }));
}

TEST_F(GatewayEjection, goes_on_asking_where_all_replicas_are_ejected) {
  gateway_.serve({route_to({a_.upstream.port(), b_.upstream.port()})});
  a_.well = b_.well = false;
  ASSERT_TRUE(eventually([&] {
    EXPECT_EQ(ask(), 502);
    return ejected() == 2;
  }));
  const uint64_t before = a_.upstream.requests() + b_.upstream.requests();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(), 502);
  EXPECT_EQ(a_.upstream.requests() + b_.upstream.requests(), before + 20);
  EXPECT_GT(metric("ejected_attempts_total"), 0);
  // The first answer brings its replica back, whoever got it.
  a_.well = b_.well = true;
  EXPECT_EQ(ask(), 200);
  EXPECT_LE(ejected(), 1);
}

TEST_F(GatewayEjection, ejects_nobody_for_what_a_model_answers) {
  AutonomousUpstream poisoned(
      [](const Message&) { return reply("{}", "", "HTTP/1.1 500 Internal Server Error"); });
  AutonomousUpstream busy(
      [](const Message&) { return reply("{}", "", "HTTP/1.1 503 Service Unavailable"); });
  gateway_.serve({route_to({poisoned.port(), busy.port()})});
  for (int i = 0; i < 40; ++i) EXPECT_GE(ask(post(kPredict, "{}")), 500);
  EXPECT_EQ(ejected(), 0);
  EXPECT_GT(poisoned.requests(), 5u);
  EXPECT_GT(busy.requests(), 5u);
}

TEST_F(GatewayEjection, passes_over_a_replica_that_never_answers_in_time) {
  ScriptedUpstream silent;
  snapshot::Route route = route_to({a_.upstream.port(), silent.port()});
  route.request_timeout_ms = 100;
  gateway_.serve({route});
  ASSERT_TRUE(eventually([&] {
    const int status = ask();
    EXPECT_TRUE(status == 200 || status == 504) << status;
    return ejected() == 1;
  }));
  EXPECT_EQ(metric("ejections_total", "cause=\"timeout\""), 1);
}

TEST_F(GatewayEjection, remembers_it_over_snapshots) {
  ScriptedUpstream gone;
  gone.stop_listening();
  const auto route = route_to({a_.upstream.port(), gone.port()});
  gateway_.serve({route});
  ASSERT_TRUE(eventually([&] {
    EXPECT_EQ(ask(), 200);
    return ejected() == 1;
  }));
  gateway_.serve({route, route_to({b_.upstream.port()}, "other")});
  EXPECT_EQ(ejected(), 1);
}

}  // namespace
}  // namespace slipway::test
