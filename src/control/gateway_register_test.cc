#include "control/gateway_register.h"

#include <gtest/gtest.h>

namespace slipway::control {
namespace {

constexpr Monotonic kNow{std::chrono::hours(1)};

snapshot::Ack ack(std::string gateway, uint64_t adopted, uint64_t in_use,
                  std::string control = "ours") {
  return {.gateway_id = std::move(gateway),
          .control_id = std::move(control),
          .adopted_version = adopted,
          .oldest_in_use_version = in_use};
}

TEST(GatewayRegister, knows_nothing_at_first) {
  GatewayRegister gateways("ours");
  EXPECT_FALSE(gateways.anybody());
  EXPECT_EQ(gateways.adopted_everywhere(), 0u);
  EXPECT_EQ(gateways.oldest_in_use(), 0u);
}

TEST(GatewayRegister, counts_the_slowest_gateway) {
  GatewayRegister gateways("ours");
  EXPECT_TRUE(gateways.record(ack("a", 7, 5), kNow));
  EXPECT_TRUE(gateways.record(ack("b", 6, 6), kNow));
  EXPECT_EQ(gateways.adopted_everywhere(), 6u);
  EXPECT_EQ(gateways.oldest_in_use(), 5u);
  EXPECT_TRUE(gateways.record(ack("a", 7, 7), kNow));
  EXPECT_EQ(gateways.oldest_in_use(), 6u);
  EXPECT_FALSE(gateways.record(ack("a", 7, 7), kNow)) << "nothing new";
}

TEST(GatewayRegister, counts_a_new_gateway_at_once) {
  GatewayRegister gateways("ours");
  gateways.record(ack("a", 7, 7), kNow);
  gateways.record(ack("b", 0, 0), kNow);
  EXPECT_EQ(gateways.adopted_everywhere(), 0u);
  EXPECT_EQ(gateways.oldest_in_use(), 7u);
}

TEST(GatewayRegister, does_not_compare_versions_of_another_store) {
  GatewayRegister gateways("ours");
  gateways.record(ack("a", 900, 900, "theirs"), kNow);
  EXPECT_EQ(gateways.adopted_everywhere(), 0u);
  EXPECT_EQ(gateways.oldest_in_use(), 0u);
}

TEST(GatewayRegister, forgets_at_once_who_is_leaving) {
  GatewayRegister gateways("ours");
  gateways.record(ack("old", 3, 3), kNow);
  gateways.record(ack("new", 9, 9), kNow);
  snapshot::Ack last = ack("old", 3, 3);
  last.leaving = true;
  EXPECT_TRUE(gateways.record(last, kNow));
  EXPECT_EQ(gateways.adopted_everywhere(), 9u);
  EXPECT_EQ(gateways.oldest_in_use(), 9u);
  EXPECT_FALSE(gateways.record(last, kNow)) << "it is not there any more";
}

TEST(GatewayRegister, forgets_who_is_silent_so_that_it_holds_up_nothing) {
  GatewayRegister gateways("ours");
  gateways.record(ack("dead", 3, 3), kNow);
  gateways.record(ack("alive", 9, 9), kNow + std::chrono::seconds(20));
  EXPECT_EQ(gateways.next_forgetting(), kNow + GatewayFeed::kForgetAfter);
  EXPECT_FALSE(gateways.forget_the_silent(kNow + std::chrono::seconds(29)));
  EXPECT_TRUE(gateways.forget_the_silent(kNow + GatewayFeed::kForgetAfter));
  EXPECT_EQ(gateways.adopted_everywhere(), 9u);
  EXPECT_TRUE(gateways.anybody_ever());
}

}  // namespace
}  // namespace slipway::control
