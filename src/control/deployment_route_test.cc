#include "control/deployment_route.h"

#include <gtest/gtest.h>

#include "snapshot/encoding.h"

namespace slipway::control {
namespace {

class DeploymentRouteTest : public testing::Test {
 protected:
  DeploymentRouteTest() {
    deployment_.id = "iris";
    deployment_.revision = 2;
    status_.serving_revision = 2;
    status_.reason = "0 of 1 replica ready";
  }
  void replica(int ordinal, bool routable, std::string host = "127.0.0.1") {
    engine::WorkloadReplica replica;
    replica.observed.key = {"iris", 2, ordinal};
    replica.observed.host = std::move(host);
    replica.observed.port = 9000;
    replica.routable = routable;
    replica.image = "iris:3";
    observed_.replicas.push_back(replica);
  }
  std::optional<snapshot::Route> route() const {
    return route_of(deployment_, spec_, clients_, &observed_, status_);
  }

  domain::Deployment deployment_;
  domain::Spec spec_;
  std::vector<snapshot::Client> clients_;
  engine::ObservedWorkload observed_;
  domain::Status status_;
};

TEST_F(DeploymentRouteTest, leads_to_the_routable_replicas_only) {
  replica(0, true);
  replica(1, false);
  const auto route = *this->route();
  EXPECT_EQ(route.state, snapshot::RouteState::kServing);
  ASSERT_EQ(route.replicas.size(), 1u);
  EXPECT_EQ(route.replicas[0], (snapshot::Replica{"iris-r2-0", "127.0.0.1", 9000, "iris:3"}));
  EXPECT_EQ(route.revision, 2u);
  EXPECT_EQ(route.reason, "");
}

TEST_F(DeploymentRouteTest, tells_who_listens_at_a_unix_socket_too) {
  replica(0, true);
  replica(1, true);
  observed_.replicas[1].observed.unix_socket = "/state/sockets/iris-r2-1/model.sock";
  const auto route = *this->route();
  EXPECT_FALSE(route.replicas.at(0).unix_socket);
  EXPECT_TRUE(route.replicas.at(1).unix_socket);
}

TEST_F(DeploymentRouteTest, carries_what_the_owner_allows) {
  EXPECT_EQ(route()->requests_per_minute, 0u);
  EXPECT_FALSE(route()->websocket);
  spec_.replica_concurrency = 3;
  spec_.requests_per_minute = 600;
  spec_.allow_websocket = true;
  EXPECT_EQ(route()->replica_concurrency, 3u);
  EXPECT_EQ(route()->requests_per_minute, 600u);
  EXPECT_TRUE(route()->websocket);
}

TEST_F(DeploymentRouteTest, says_why_nobody_is_ready) {
  replica(0, false);
  EXPECT_EQ(route()->state, snapshot::RouteState::kNotReady);
  EXPECT_EQ(route()->reason, "0 of 1 replica ready");
}

TEST_F(DeploymentRouteTest, leaves_out_a_replica_without_an_address) {
  replica(0, true, "");
  EXPECT_EQ(route()->state, snapshot::RouteState::kNotReady);
}

TEST_F(DeploymentRouteTest, is_stopped_or_gone_by_its_owners_wish) {
  replica(0, true);
  deployment_.desire = domain::Desire::kStopped;
  EXPECT_EQ(route()->state, snapshot::RouteState::kStopped);
  EXPECT_TRUE(route()->replicas.empty());
  deployment_.desire = domain::Desire::kDeleted;
  EXPECT_FALSE(route());
}

TEST_F(DeploymentRouteTest, is_private_with_its_clients_in_every_state) {
  snapshot::Client bot;
  bot.name = "bot";
  bot.digest.fill(1);
  clients_ = {bot};
  EXPECT_EQ(route()->access, snapshot::Access::kPublic);
  EXPECT_TRUE(route()->clients.empty());
  spec_.private_access = true;
  EXPECT_EQ(route()->access, snapshot::Access::kPrivate);
  EXPECT_EQ(route()->clients, clients_);
  deployment_.desire = domain::Desire::kStopped;
  EXPECT_EQ(route()->access, snapshot::Access::kPrivate);
  EXPECT_EQ(route()->clients, clients_);
}

TEST_F(DeploymentRouteTest, can_always_be_encoded) {
  status_.reason = std::string(5000, 'x');
  spec_.body_limit = std::numeric_limits<int64_t>::max();
  spec_.request_timeout = std::chrono::hours(24 * 365 * 100);
  snapshot::Snapshot snapshot;
  snapshot.version = 1;
  snapshot.control_id = "c";
  snapshot.routes.push_back(*route());
  const auto encoded = snapshot::encode(snapshot);
  EXPECT_TRUE(encoded) << encoded.error().message;
}

}  // namespace
}  // namespace slipway::control
