#include "gateway/route_directory.h"

#include <gtest/gtest.h>

namespace slipway::gateway {
namespace {

struct RouteDirectoryTest : testing::Test {
  static std::shared_ptr<const snapshot::Snapshot> snapshot_of(size_t deployments,
                                                               uint16_t first_port = 1) {
    auto made = std::make_shared<snapshot::Snapshot>();
    for (size_t i = 0; i < deployments; ++i) {
      snapshot::Route route;
      route.deployment = "d" + std::to_string(i);
      route.replicas.push_back({"r", "10.0.0.1", static_cast<uint16_t>(first_port + i), "image"});
      made->routes.push_back(route);
    }
    made->sort_routes();
    return made;
  }
  Upstream& replica(std::string_view deployment) {
    return *routes.current()->find(deployment)->replicas.at(0);
  }
  size_t all_steps() {
    size_t steps = 1;
    while (routes.step(now)) ++steps;
    return steps;
  }

  std::unique_ptr<os::Reactor> reactor = os::make_reactor().value();
  Monotonic now = reactor->now();
  UpstreamPool pool{*reactor, PoolLimits()};
  WorkerMetrics metrics;
  ClientBook book{1};
  RateBook rates;
  int released = 0;
  RouteDirectory routes{pool, metrics, book, rates, 1, [this] { ++released; }};
};

TEST_F(RouteDirectoryTest, goes_to_a_unix_socket_only_where_there_is_a_folder_of_them) {
  auto made = std::make_shared<snapshot::Snapshot>(*snapshot_of(1));
  made->routes[0].replicas = {{"r", "10.0.0.1", 1, "image", true},
                              {"tcp", "10.0.0.1", 2, "image", false},
                              {"..", "10.0.0.1", 3, "image", true}};
  RouteDirectory local(
      pool, metrics, book, rates, 1, [] {}, "/sockets");
  local.adopt(1, made, now);
  const auto& replicas = local.current()->find("d0")->replicas;
  EXPECT_EQ(replicas.at(0)->address, os::Address(os::UnixAddress{"/sockets/r/model.sock"}));
  EXPECT_EQ(replicas.at(1)->address, os::Address(os::TcpAddress{"10.0.0.1", 2}));
  EXPECT_EQ(replicas.at(2)->address, os::Address(os::TcpAddress{"10.0.0.1", 3}));
  routes.adopt(1, made, now);
  EXPECT_EQ(replica("d0").address, os::Address(os::TcpAddress{"10.0.0.1", 1}));
}

constexpr size_t kMany = 3 * RouteDirectory::kRoutesAStep;

TEST_F(RouteDirectoryTest, routes_by_the_old_snapshot_until_the_last_step) {
  routes.adopt(1, snapshot_of(1), now);
  const RouteTable* const old = routes.current();
  routes.begin_adoption(2, snapshot_of(kMany));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(routes.step(now));
    EXPECT_EQ(routes.current(), old);
    EXPECT_EQ(routes.adopted_sequence(), 1u);
  }
  EXPECT_TRUE(routes.step(now));
  EXPECT_EQ(routes.adopted_sequence(), 2u);
  EXPECT_NE(routes.current()->find("d" + std::to_string(kMany - 1)), nullptr);
  EXPECT_EQ(routes.oldest_sequence_in_use(), 2u);
  EXPECT_EQ(routes.oldest_sequence_held(), 1u);
  EXPECT_EQ(all_steps(), 1u);
  EXPECT_EQ(routes.oldest_sequence_held(), 2u);
}

TEST_F(RouteDirectoryTest, lets_an_old_snapshot_go_in_steps_too) {
  routes.adopt(1, snapshot_of(kMany), now);
  routes.begin_adoption(2, snapshot_of(0));
  EXPECT_EQ(all_steps(), 1u + kMany / RouteDirectory::kRoutesAStep);
  EXPECT_EQ(routes.upstreams(), 0u);
}

TEST_F(RouteDirectoryTest, passes_over_one_that_a_newer_one_overtakes) {
  routes.adopt(1, snapshot_of(1), now);
  routes.begin_adoption(2, snapshot_of(kMany));
  EXPECT_TRUE(routes.step(now));
  routes.begin_adoption(3, snapshot_of(5));
  routes.begin_adoption(4, snapshot_of(7));
  uint64_t seen = 1;
  while (routes.step(now)) {
    EXPECT_NE(routes.adopted_sequence(), 3u);
    EXPECT_GE(routes.adopted_sequence(), seen);
    seen = routes.adopted_sequence();
  }
  EXPECT_EQ(routes.adopted_sequence(), 4u);
  EXPECT_EQ(routes.upstreams(), 7u);
}

TEST_F(RouteDirectoryTest, keeps_a_pinned_snapshot_and_what_is_in_flight) {
  routes.adopt(1, snapshot_of(1), now);
  RouteTable& pinned = *routes.current();
  Upstream& busy = replica("d0");
  routes.pin(pinned);
  ++busy.in_flight;
  routes.adopt(2, snapshot_of(1, 100), now);
  EXPECT_EQ(routes.oldest_sequence_in_use(), 1u);
  EXPECT_EQ(routes.upstreams(), 2u);
  routes.unpin(pinned);
  EXPECT_EQ(released, 1);
  EXPECT_EQ(routes.oldest_sequence_in_use(), 2u);
  routes.tidy(now);
  all_steps();
  EXPECT_TRUE(busy.retired());
  EXPECT_EQ(routes.upstreams(), 2u);
  --busy.in_flight;
  routes.tidy(now);
  EXPECT_EQ(routes.upstreams(), 1u);
}

TEST_F(RouteDirectoryTest, knows_a_replica_again_that_left_and_came_back) {
  routes.adopt(1, snapshot_of(1), now);
  Upstream& replica_of_d0 = replica("d0");
  ++replica_of_d0.in_flight;
  for (uint64_t sequence = 2; sequence < 6; sequence += 2) {
    routes.adopt(sequence, snapshot_of(0), now);
    EXPECT_TRUE(replica_of_d0.retired());
    routes.adopt(sequence + 1, snapshot_of(1), now);
    EXPECT_EQ(&replica("d0"), &replica_of_d0);
  }
  --replica_of_d0.in_flight;
  routes.tidy(now);
  EXPECT_EQ(routes.upstreams(), 1u);
  routes.adopt(9, snapshot_of(0), now);
  EXPECT_EQ(routes.upstreams(), 0u);
}

}  // namespace
}  // namespace slipway::gateway
