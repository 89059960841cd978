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

TEST(Snapshot, says_what_is_wrong_with_a_private_route) {
  const auto private_route = [](const auto& change) {
    return complaint([&](Snapshot& s) {
      Client bot;
      bot.name = "bot";
      bot.digest.fill(1);
      s.digest_key.fill(9);
      s.routes[1].access = Access::kPrivate;
      s.routes[1].clients = {bot};
      change(s, s.routes[1]);
    });
  };
  EXPECT_EQ(private_route([](Snapshot&, Route&) {}), "");
  EXPECT_EQ(private_route([](Snapshot&, Route& r) { r.clients.clear(); }), "");
  EXPECT_EQ(private_route([](Snapshot& s, Route&) { s.digest_key = {}; }),
            "there are clients, but no key for their digests");
  EXPECT_EQ(private_route([](Snapshot&, Route& r) { r.access = Access::kPublic; }),
            "deployment mnist: it is public, but has clients");
  EXPECT_NE(private_route([](Snapshot&, Route& r) { r.access = static_cast<Access>(2); }), "");
  EXPECT_NE(private_route([](Snapshot&, Route& r) { r.clients.push_back(r.clients[0]); }), "");
  EXPECT_NE(private_route([](Snapshot&, Route& r) { r.clients.resize(1001, r.clients[0]); }), "");
  const auto client = [&](const auto& change) {
    return private_route([&](Snapshot&, Route& r) { change(r.clients[0]); });
  };
  EXPECT_EQ(client([](Client& c) { c.digest = {}; }),
            "deployment mnist: client bot: it has no digest");
  EXPECT_NE(client([](Client& c) { c.previous_until_micros = 5; }), "");
  EXPECT_NE(client([](Client& c) { c.previous_digest.fill(2); }), "");
  EXPECT_NE(client([](Client& c) { c.expires_at_micros = -1; }), "");
  for (const char* name : {"", "Bot", "1bot", "-bot", "b t", "b:t", "b\u00fct"}) {
    EXPECT_NE(client([&](Client& c) { c.name = name; }), "") << name;
  }
  EXPECT_NE(client([](Client& c) { c.name = std::string(65, 'x'); }), "");
  for (const char* name : {"_", "b", "bot-2_x"}) {
    EXPECT_EQ(client([&](Client& c) { c.name = name; }), "") << name;
  }
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
