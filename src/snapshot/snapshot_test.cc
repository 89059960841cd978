#include "snapshot/snapshot.h"

#include <gtest/gtest.h>

#include "snapshot/ip_literal.h"

namespace slipway::snapshot {
namespace {

Route serving(const std::string& deployment) {
  Route route;
  route.deployment = deployment;
  route.state = RouteState::kServing;
  route.revision = 3;
  route.replicas = {{"r-1", "10.0.0.2", 9000}, {"r-2", "fd00::3", 9000}};
  return route;
}

Snapshot good() {
  Snapshot snapshot;
  snapshot.version = 7;
  snapshot.control_id = "k3v9";
  snapshot.routes = {serving("iris-x1y2z"), serving("mnist")};
  return snapshot;
}

template <typename Change>
std::string complaint(const Change& change) {
  Snapshot snapshot = good();
  change(snapshot);
  const Result<void> result = validate(snapshot);
  return result ? "" : result.error().message;
}

TEST(Snapshot, finds_a_route_by_its_deployment) {
  const Snapshot snapshot = good();
  ASSERT_NE(snapshot.find("mnist"), nullptr);
  EXPECT_EQ(snapshot.find("mnist")->deployment, "mnist");
  EXPECT_EQ(snapshot.find("iris"), nullptr);
  EXPECT_EQ(snapshot.find(""), nullptr);
  EXPECT_EQ(snapshot.find("zzz"), nullptr);
}

TEST(Snapshot, sorting_makes_hand_built_routes_valid) {
  Snapshot snapshot = good();
  std::swap(snapshot.routes[0], snapshot.routes[1]);
  EXPECT_FALSE(validate(snapshot));
  snapshot.sort_routes();
  EXPECT_TRUE(validate(snapshot));
}

TEST(Snapshot, says_which_route_is_wrong_and_how) {
  EXPECT_EQ(complaint([](Snapshot&) {}), "");
  EXPECT_NE(complaint([](Snapshot& s) { s.version = 0; }), "");
  EXPECT_NE(complaint([](Snapshot& s) { s.control_id = ""; }), "");
  EXPECT_NE(complaint([](Snapshot& s) { s.control_id = "a b"; }), "");
  const auto route = [](const auto& change) {
    return complaint([&](Snapshot& s) { change(s.routes[1]); });
  };
  EXPECT_NE(route([](Route& r) { r.deployment = ""; }), "");
  EXPECT_NE(route([](Route& r) { r.deployment = "iris-x1y2z"; }), "");
  EXPECT_NE(route([](Route& r) { r.deployment = std::string(129, 'x'); }), "");
  EXPECT_EQ(route([](Route& r) { r.replicas.clear(); }),
            "deployment mnist: it serves, but without a replica");
  EXPECT_NE(route([](Route& r) { r.reason = "two\nlines"; }), "");
  EXPECT_NE(route([](Route& r) { r.reason = std::string(1025, 'x'); }), "");
  EXPECT_NE(route([](Route& r) { r.prediction_path = "predict"; }), "");
  EXPECT_NE(route([](Route& r) { r.prediction_path = "/a b"; }), "");
  EXPECT_NE(route([](Route& r) { r.prediction_path = "/a?b"; }), "");
  EXPECT_NE(route([](Route& r) { r.state = static_cast<RouteState>(3); }), "");
  EXPECT_NE(route([](Route& r) { r.replicas[0].port = 0; }), "");
  EXPECT_NE(route([](Route& r) { r.replicas[0].id = ""; }), "");
  EXPECT_NE(route([](Route& r) { r.replicas[1].id = "r-1"; }), "");
  EXPECT_EQ(route([](Route& r) { r.replicas[0].host = "localhost"; }),
            "deployment mnist: replica r-1: its host must be an IP address");
}

TEST(Snapshot, a_stopped_route_needs_no_replica) {
  EXPECT_EQ(complaint([](Snapshot& s) {
              s.routes[0].state = RouteState::kStopped;
              s.routes[0].reason = "stopped by alice";
              s.routes[0].replicas.clear();
            }),
            "");
}

TEST(IpLiteral, is_a_whole_ipv4_or_ipv6_address) {
  for (const char* ip : {"127.0.0.1", "::1", "fd00::3", "::ffff:10.0.0.1", "255.255.255.255"}) {
    EXPECT_TRUE(is_ip_literal(ip)) << ip;
  }
  for (const char* other : {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "[::1]",
                            "fe80::1%eth0", "1.2.3.4 ", ":::", "0x7f.0.0.1"}) {
    EXPECT_FALSE(is_ip_literal(other)) << other;
  }
  EXPECT_FALSE(is_ip_literal(std::string_view("1.2.3.4\0", 8)));
}

}  // namespace
}  // namespace slipway::snapshot
