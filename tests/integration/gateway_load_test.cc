// Many requests while things change: none may be lost.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

// Clients that send requests over `connections` connections each until told to stop (or until each
// client has sent its share), and count what is not a 200 with the right body.
class Load {
 public:
  Load(uint16_t port, int clients, int requests) {
    for (int c = 0; c < clients; ++c) {
      threads_.emplace_back([this, port, c, requests] { run(port, c, requests); });
    }
  }
  ~Load() { join(); }
  // Lets the clients end once each has made its requests; until then they go on.
  void join() {
    enough_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  int answered() const { return answered_.load(); }
  int failed() const { return failed_.load(); }

 private:
  void run(uint16_t port, int client, int requests) {
    Wire wire = Wire::connect_to(port);
    for (int i = 0; i < requests || !enough_; ++i) {
      // Now and then on a connection of its own, as impatient clients do.
      if (i % 50 == 49) wire = Wire::connect_to(port);
      const std::string body = std::to_string(client) + "/" + std::to_string(i);
      wire.send(post(kPredict, body));
      const auto answer = wire.read_message();
      if (answer && answer->status() == 200 && answer->body == body) {
        ++answered_;
      } else {
        ++failed_;
        wire = Wire::connect_to(port);
      }
    }
  }

  std::atomic<bool> enough_{false};
  std::atomic<int> answered_{0};
  std::atomic<int> failed_{0};
  std::vector<std::thread> threads_;
};

std::unique_ptr<AutonomousUpstream> echo() {
  return std::make_unique<AutonomousUpstream>(
      [](const Message& request) { return reply(request.body); });
}

TEST(GatewayLoad, loses_none_of_10000_requests_while_replicas_come_and_go) {
  GatewayFixture gateway([](gateway::GatewayConfig& config) { config.workers = 2; });
  std::vector<std::unique_ptr<AutonomousUpstream>> replicas;
  replicas.push_back(echo());
  replicas.push_back(echo());
  const auto publish = [&] {
    std::vector<uint16_t> ports;
    for (const auto& replica : replicas) ports.push_back(replica->port());
    gateway.serve({route_to(ports)});
  };
  publish();
  Load load(gateway.port(), 16, 625);
  // Rolling: the new one is routed to before the old one leaves; the old one is stopped once no
  // request can be on it any more.
  int rolls = 0;
  while (rolls < 5 || load.answered() + load.failed() < 9'500) {
    replicas.push_back(echo());
    publish();
    const std::unique_ptr<AutonomousUpstream> leaving = std::move(replicas.front());
    replicas.erase(replicas.begin());
    publish();
    const uint64_t version = gateway.gateway().adopted_version();
    ASSERT_TRUE(eventually(
        [&] { return gateway.control().acknowledged().oldest_in_use_version >= version; }));
    ++rolls;
  }
  load.join();
  EXPECT_EQ(load.failed(), 0);
  EXPECT_GE(load.answered(), 10'000);
}

TEST(GatewayLoad, swaps_snapshots_under_load_without_losing_a_request) {
  const auto model = echo();
  GatewayFixture gateway([](gateway::GatewayConfig& config) { config.workers = 2; });
  gateway.serve({route_to({model->port()})});
  Load load(gateway.port(), 8, 400);
  int swaps = 0;
  while (swaps < 5 || load.answered() + load.failed() < 3'000) {
    std::vector<snapshot::Route> routes;
    for (int i = 0; i < 50; ++i) routes.push_back(route_to({9}, "other-" + std::to_string(i)));
    routes.push_back(route_to({model->port()}));
    gateway.serve(std::move(routes));
    ++swaps;
  }
  load.join();
  EXPECT_EQ(load.failed(), 0);
}

TEST(GatewayDrain, ends_at_once_when_nothing_is_in_flight) {
  GatewayFixture gateway;
  gateway.serve({});
  Wire idle = gateway.client();
  idle.send(get("/deployment/x"));
  EXPECT_EQ(idle.read_message()->status(), 404);
  EXPECT_TRUE(gateway.drained());
  EXPECT_TRUE(idle.ended_by_peer());
}

TEST(GatewayDrain, finishes_what_is_in_flight_and_closes_then) {
  ScriptedUpstream model;
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  ASSERT_TRUE(upstream->read_message());
  std::thread drain([&] { EXPECT_TRUE(gateway.drained()); });
  // The drain has begun when the pages of the workers say that nothing more is accepted; the
  // request in flight is answered all the same.
  upstream->send(reply("last words"));
  const auto answer = client.read_message();
  drain.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "last words");
  EXPECT_TRUE(client.ended_by_peer());
}

TEST(GatewayDrain, gives_up_after_its_timeout) {
  ScriptedUpstream model;
  GatewayFixture gateway(
      [](gateway::GatewayConfig& config) { config.drain_timeout = std::chrono::milliseconds(50); });
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  ASSERT_TRUE(upstream->read_message());
  EXPECT_TRUE(gateway.drained());
}

}  // namespace
}  // namespace slipway::test
