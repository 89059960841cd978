// Snapshots come, are swapped under load, acknowledged and kept.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "snapshot/encoding.h"
#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

snapshot::Snapshot snapshot_of(uint64_t version, std::vector<snapshot::Route> routes,
                               std::string control_id = "kept") {
  snapshot::Snapshot snapshot;
  snapshot.version = version;
  snapshot.control_id = std::move(control_id);
  snapshot.routes = std::move(routes);
  return snapshot;
}

void write_kept(const std::filesystem::path& directory, std::string_view bytes) {
  std::ofstream(directory / "snapshot.bin", std::ios::binary) << bytes;
}

TEST(GatewaySnapshot, is_not_ready_before_the_first_one) {
  GatewayFixture gateway;
  Wire admin = Wire::connect_to(gateway.admin_port());
  admin.send(get("/readyz"));
  EXPECT_EQ(admin.read_message()->status(), 503);
  admin.send(get("/healthz"));
  EXPECT_EQ(admin.read_message()->status(), 200);
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  EXPECT_EQ(client.read_message()->status(), 503);
  gateway.serve({});
  admin.send(get("/readyz"));
  EXPECT_EQ(admin.read_message()->status(), 200);
}

TEST(GatewaySnapshot, is_acknowledged_as_soon_as_all_workers_have_it) {
  GatewayFixture gateway([](gateway::GatewayConfig& config) { config.workers = 3; });
  gateway.serve({});
  EXPECT_TRUE(eventually([&] {
    const snapshot::Ack ack = gateway.control().acknowledged();
    return ack.gateway_id == "gw-1" && ack.control_id == "test" && ack.adopted_version == 1 &&
           ack.oldest_in_use_version == 1;
  }));
}

TEST(GatewaySnapshot, stays_in_use_until_the_last_request_that_began_with_it_ends) {
  ScriptedUpstream old_model;
  AutonomousUpstream new_model([](const Message&) { return reply("new"); });
  GatewayFixture gateway;
  gateway.serve({route_to({old_model.port()})});
  Wire slow = gateway.client();
  slow.send(post(kPredict, "{}"));
  auto upstream = old_model.accept();
  ASSERT_TRUE(upstream);
  ASSERT_TRUE(upstream->read_message());

  gateway.serve({route_to({new_model.port()})});
  EXPECT_TRUE(eventually([&] {
    const snapshot::Ack ack = gateway.control().acknowledged();
    return ack.adopted_version == 2 && ack.oldest_in_use_version == 1;
  }));
  Wire quick = gateway.client();
  quick.send(post(kPredict, "{}"));
  EXPECT_EQ(quick.read_message()->body, "new");

  upstream->send(reply("old"));
  EXPECT_EQ(slow.read_message()->body, "old");
  EXPECT_TRUE(upstream->ended_by_peer());  // its replica has left: not pooled
  EXPECT_TRUE(
      eventually([&] { return gateway.control().acknowledged().oldest_in_use_version == 2; }));
}

TEST(GatewaySnapshot, closes_idle_connections_to_replicas_that_left) {
  ScriptedUpstream model;
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  auto upstream = model.accept();
  ASSERT_TRUE(upstream);
  ASSERT_TRUE(upstream->read_message());
  upstream->send(reply("1"));
  EXPECT_EQ(client.read_message()->body, "1");
  gateway.serve({});
  EXPECT_TRUE(upstream->ended_by_peer());
}

TEST(GatewaySnapshot, keeps_connections_to_replicas_that_stay) {
  ScriptedUpstream model;
  GatewayFixture gateway;
  Wire client = gateway.client();
  std::optional<Wire> upstream;
  for (uint64_t revision = 1; revision <= 5; ++revision) {
    snapshot::Route route = route_to({model.port()});
    route.revision = revision;
    gateway.serve({route});
    client.send(post(kPredict, "{}"));
    if (!upstream) upstream = model.accept();
    ASSERT_TRUE(upstream);
    ASSERT_TRUE(upstream->read_message());
    upstream->send(reply("same connection"));
    EXPECT_EQ(client.read_message()->body, "same connection");
  }
  EXPECT_TRUE(model.untouched());
}

TEST(GatewaySnapshot, follows_a_new_control_store_whose_versions_begin_anew) {
  GatewayFixture gateway;
  gateway.control().publish(snapshot_of(500, {route_to({1})}, "first"));
  ASSERT_TRUE(eventually([&] { return gateway.gateway().adopted_version() == 500; }));
  gateway.control().publish(snapshot_of(3, {}, "second"));
  ASSERT_TRUE(eventually([&] { return gateway.gateway().adopted_version() == 3; }));
  EXPECT_TRUE(eventually([&] {
    const snapshot::Ack ack = gateway.control().acknowledged();
    return ack.control_id == "second" && ack.adopted_version == 3 && ack.oldest_in_use_version == 3;
  }));
}

TEST(GatewaySnapshot, that_is_broken_is_not_adopted_and_asked_for_again) {
  AutonomousUpstream model([](const Message&) { return reply("ok"); });
  GatewayFixture gateway;
  gateway.serve({route_to({model.port()})});
  gateway.control().publish_bytes(2, "no snapshot at all");
  const uint64_t polls = gateway.control().polls();
  EXPECT_TRUE(eventually([&] { return gateway.control().polls() > polls + 2; }));
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  EXPECT_EQ(client.read_message()->status(), 200);
  gateway.control().publish(snapshot_of(3, {}, "test"));
  EXPECT_TRUE(eventually([&] { return gateway.gateway().adopted_version() == 3; }));
}

TEST(GatewaySnapshot, is_kept_on_disk_and_served_from_at_the_next_start) {
  AutonomousUpstream model([](const Message&) { return reply("ok"); });
  std::string kept;
  {
    GatewayFixture gateway;
    gateway.serve({route_to({model.port()})});
    const auto file = gateway.directory() / "snapshot.bin";
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(file); }));
    std::ifstream in(file, std::ios::binary);
    kept.assign(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  GatewayFixture gateway([&](gateway::GatewayConfig& config) {
    write_kept(config.working_dir, kept);
    config.control_feed = os::TcpAddress{"127.0.0.1", 1};  // nobody
  });
  EXPECT_TRUE(eventually([&] { return gateway.gateway().adopted_version() == 1; }));
  Wire client = gateway.client();
  client.send(post(kPredict, "{}"));
  EXPECT_EQ(client.read_message()->status(), 200);
}

TEST(GatewaySnapshot, that_is_broken_on_disk_is_ignored) {
  for (const std::string_view broken : {"", "garbage", "SLIPWAY"}) {
    GatewayFixture gateway(
        [&](gateway::GatewayConfig& config) { write_kept(config.working_dir, broken); });
    gateway.serve({});
    EXPECT_EQ(gateway.gateway().adopted_version(), 1u);
  }
}

}  // namespace
}  // namespace slipway::test
