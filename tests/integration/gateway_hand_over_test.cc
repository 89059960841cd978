// One gateway takes over from another at the same sockets, as in an upgrade.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"
#include "support/wire.h"

namespace slipway::test {
namespace {

constexpr const char* kPredict = "/deployment/iris/api/v1.0/predictions";

struct Pipe {
  Pipe() {
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    read_end = os::UniqueFd(ends[0]);
    write_end = os::UniqueFd(ends[1]);
  }
  bool holds_something() const {
    pollfd one{read_end.get(), POLLIN, 0};
    return poll(&one, 1, 0) == 1;
  }
  os::UniqueFd read_end;
  os::UniqueFd write_end;
};

TEST(GatewayHandOver, a_new_gateway_opens_its_doors_when_it_has_routes_and_says_so) {
  ScriptedUpstream model;
  const Pipe ready;
  GatewayFixture gateway(
      [&](gateway::GatewayConfig& config) { config.ready_fd = ready.write_end.get(); });
  Wire early = gateway.client();  // waits where the old gateway would have served it
  early.send(post(kPredict, "{}"));
  ASSERT_TRUE(eventually([&] { return gateway.control().polls() > 0; }));
  EXPECT_FALSE(ready.holds_something());
  gateway.serve({route_to({model.port()})});
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  ASSERT_TRUE(upstream->read_message());
  upstream->send(reply("routed"));
  const auto answer = early.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 200);
  EXPECT_TRUE(eventually([&] { return ready.holds_something(); }));
  EXPECT_EQ(gateway.metric("slipway_gateway_snapshot_version"), 1);
}

TEST(GatewayHandOver, serves_what_it_has_accepted_and_tells_control_that_it_has_left) {
  ScriptedUpstream model;
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire idle = gateway.client();
  idle.send(get("/deployment/x"));
  EXPECT_EQ(idle.read_message()->status(), 404);
  Wire busy = gateway.client();
  busy.send(post(kPredict, "{}"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  ASSERT_TRUE(upstream->read_message());

  gateway.hand_over();
  ASSERT_TRUE(eventually([&] { return gateway.control().acknowledged().metrics_at.empty(); }));
  EXPECT_FALSE(gateway.control().acknowledged().leaving);
  upstream->send(reply("last words"));
  const auto answer = busy.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "last words");
  // Not cut off, though they are idle: asked again they answer, and say that they close as soon as
  // their worker has heard of the end.
  for (Wire* client : {&idle, &busy}) {
    if (client == &busy && answer->field("connection") == "close") continue;
    EXPECT_TRUE(eventually([&] {
      client->send(get("/deployment/x"));
      const auto last = client->read_message();
      return last && last->status() == 404 && last->field("connection") == "close";
    }));
  }
  EXPECT_TRUE(idle.ended_by_peer());
  EXPECT_TRUE(busy.ended_by_peer());
  EXPECT_TRUE(gateway.has_ended());
  EXPECT_TRUE(eventually([&] { return gateway.control().acknowledged().leaving; }));
}

TEST(GatewayHandOver, closes_at_its_deadline_what_stays_silent) {
  GatewayFixture gateway(
      [](gateway::GatewayConfig& config) { config.drain_timeout = std::chrono::milliseconds(50); });
  gateway.serve({});
  Wire silent = gateway.client();
  silent.send(get("/deployment/x"));
  EXPECT_EQ(silent.read_message()->status(), 404);
  gateway.hand_over();
  EXPECT_TRUE(silent.ended_by_peer());
  EXPECT_TRUE(gateway.has_ended());
}

}  // namespace
}  // namespace slipway::test
