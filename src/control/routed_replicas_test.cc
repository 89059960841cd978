#include "control/routed_replicas.h"

#include <gtest/gtest.h>

namespace slipway::control {
namespace {

snapshot::Snapshot at_version(uint64_t version, std::vector<snapshot::Replica> replicas) {
  snapshot::Route route;
  route.deployment = "iris";
  route.replicas = std::move(replicas);
  return {.version = version, .control_id = "c", .routes = {route}};
}

TEST(RoutedReplicas, tells_which_snapshots_a_replica_stood_in) {
  RoutedReplicas routed;
  routed.published(at_version(1, {{"a", "127.0.0.1", 1}}));
  routed.published(at_version(2, {{"a", "127.0.0.1", 1}, {"b", "127.0.0.1", 2}}));
  routed.published(at_version(3, {{"b", "127.0.0.1", 2}}));

  EXPECT_TRUE(routed.stands_since("a", 2)) << "version 2 has it";
  EXPECT_FALSE(routed.stands_since("a", 3));
  EXPECT_FALSE(routed.stands_since("a", 0)) << "nobody uses any";
  EXPECT_TRUE(routed.stands_since("b", 0)) << "the newest may be fetched at any moment";
  EXPECT_FALSE(routed.stands_since("never", 1));

  EXPECT_FALSE(routed.stands_in_all_from("b", 1));
  EXPECT_TRUE(routed.stands_in_all_from("b", 2));
  EXPECT_FALSE(routed.stands_in_all_from("a", 2));
}

TEST(RoutedReplicas, starts_anew_when_a_replica_comes_back_elsewhere) {
  RoutedReplicas routed;
  routed.published(at_version(1, {{"a", "127.0.0.1", 1}}));
  routed.published(at_version(2, {{"a", "127.0.0.1", 9}}));
  EXPECT_FALSE(routed.stands_in_all_from("a", 1));
  EXPECT_TRUE(routed.stands_in_all_from("a", 2));
  routed.published(at_version(3, {}));
  routed.published(at_version(4, {{"a", "127.0.0.1", 9}}));
  EXPECT_FALSE(routed.stands_in_all_from("a", 3));
  EXPECT_TRUE(routed.stands_in_all_from("a", 4));
}

TEST(RoutedReplicas, keeps_only_what_somebody_may_use) {
  RoutedReplicas routed;
  for (uint64_t v = 1; v <= 100; ++v) {
    routed.published(at_version(v, {{"r" + std::to_string(v), "127.0.0.1", 1}}));
    routed.drop_older_than(v > 3 ? v - 3 : 1);
  }
  EXPECT_LE(routed.size(), 4u);
}

}  // namespace
}  // namespace slipway::control
