// Replicas of the same node, reached at the Unix sockets that they listen at beside their ports.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/temporary_directory_test.h"
#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

class GatewayUnixSocket : public testing::Test {
 protected:
  std::string folder_of(const std::string& replica) const { return sockets_.path() / replica; }
  std::string socket_of(const std::string& replica) const {
    std::filesystem::create_directories(folder_of(replica));
    return folder_of(replica) + "/model.sock";
  }
  // Iris on these replicas, whose ports lead nowhere.
  static snapshot::Route route(std::initializer_list<const char*> replicas) {
    snapshot::Route route = route_to(std::vector<uint16_t>());
    for (const char* replica : replicas) {
      route.replicas.push_back(
          {.id = replica, .host = "127.0.0.1", .port = 1, .unix_socket = true});
    }
    return route;
  }

  os::TemporaryDirectory sockets_;
  GatewayFixture gateway_{
      [this](gateway::GatewayConfig& config) { config.replica_sockets = sockets_.path(); }};
};

TEST_F(GatewayUnixSocket, requests_go_there_and_share_a_connection) {
  ScriptedUpstream model(socket_of("r1"));
  gateway_.serve({route({"r1"})});
  Wire client = gateway_.client();
  client.send(post(kPredict, "{}"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  for (const char* answer : {"1", "2"}) {
    const auto request = upstream->read_message();
    ASSERT_TRUE(request);
    EXPECT_TRUE(request->has("host"));
    upstream->send(reply(answer));
    EXPECT_EQ(client.read_message()->body, answer);
    if (*answer == '1') client.send(post(kPredict, "{}"));
  }
  EXPECT_TRUE(model.untouched());
}

TEST_F(GatewayUnixSocket, a_large_body_passes_both_ways) {
  ScriptedUpstream model(socket_of("r1"));
  gateway_.serve({route({"r1"})});
  const std::string body(3'000'000, 'x');
  Wire client = gateway_.client();
  std::thread sender([&] { client.send(post(kPredict, body)); });
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  const auto request = upstream->read_message();
  sender.join();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body, body);
  std::thread answerer([&] { upstream->send(reply(body)); });
  const auto answer = client.read_message();
  answerer.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, body);
}

TEST_F(GatewayUnixSocket, a_socket_that_is_gone_is_passed_over_for_another_replica) {
  ScriptedUpstream model(socket_of("r2"));
  gateway_.serve({route({"r1", "r2"})});
  for (int i = 0; i < 8; ++i) {
    Wire client = gateway_.client();
    client.send(post(kPredict, "{}"));
    auto upstream = model.accept();
    ASSERT_TRUE(upstream);
    ASSERT_TRUE(upstream->read_message());
    upstream->send(reply("well", "Connection: close\r\n"));
    EXPECT_EQ(client.read_message()->body, "well");
  }
}

// What a model could put into its folder to be given requests that speak to somebody else.
TEST_F(GatewayUnixSocket, a_link_in_its_place_leads_nowhere) {
  ScriptedUpstream other((sockets_.path() / "control.sock").native());
  std::filesystem::create_symlink("../control.sock", socket_of("r1"));
  gateway_.serve({route({"r1"})});
  Wire client = gateway_.client();
  client.send(post(kPredict, "{}"));
  const auto answer = client.read_message();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 502);
  EXPECT_TRUE(other.untouched());
}

}  // namespace
}  // namespace slipway::test
