#include "gateway/balancer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>

namespace slipway::gateway {
namespace {

using std::chrono::seconds;

class Balancer : public testing::Test {
 protected:
  Upstream& add(uint32_t in_flight) {
    Upstream& replica = replicas_.emplace_back("r" + std::to_string(replicas_.size()),
                                               os::TcpAddress{"127.0.0.1", 9000});
    replica.in_flight = in_flight;
    pointers_.push_back(&replica);
    return replica;
  }
  void eject(Upstream& replica) {
    replica.health.failed(Standing::kUsual, Fault::kConnect, now_, random_);
  }
  Upstream* pick(uint32_t concurrency = 0, const Upstream* avoid = nullptr) {
    return pick_replica({pointers_, concurrency, avoid, now_}, random_);
  }

  std::deque<Upstream> replicas_;
  std::vector<Upstream*> pointers_;
  QuickRandom random_{42};
  Monotonic now_{seconds(100)};
};

TEST_F(Balancer, has_no_choice_without_replicas) { EXPECT_EQ(pick(), nullptr); }

TEST_F(Balancer, takes_the_less_loaded_of_two) {
  add(5);
  Upstream& free = add(1);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(pick(), &free);
}

TEST_F(Balancer, never_takes_the_most_loaded_of_many) {
  Upstream& busiest = add(9);
  for (int i = 0; i < 5; ++i) add(1);
  for (int i = 0; i < 200; ++i) EXPECT_NE(pick(), &busiest);
}

TEST_F(Balancer, spreads_equal_load_evenly) {
  for (int i = 0; i < 4; ++i) add(0);
  std::map<Upstream*, int> hits;
  for (int i = 0; i < 4000; ++i) ++hits[pick()];
  EXPECT_EQ(hits.size(), 4u);
  for (const auto& [replica, count] : hits) EXPECT_GT(count, 800) << replica->id;
}

TEST_F(Balancer, keeps_the_spread_small_when_requests_last) {
  for (int i = 0; i < 8; ++i) add(0);
  for (int i = 0; i < 8000; ++i) ++pick()->in_flight;
  const auto [least, most] =
      std::minmax_element(replicas_.begin(), replicas_.end(),
                          [](const auto& a, const auto& b) { return a.in_flight < b.in_flight; });
  EXPECT_LE(most->in_flight - least->in_flight, 10u);
}

TEST_F(Balancer, respects_the_limit_per_replica) {
  add(2);
  Upstream& free = add(1);
  add(2);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(pick(2), &free);
  free.in_flight = 2;
  EXPECT_EQ(pick(2), nullptr);
}

TEST_F(Balancer, prefers_even_busy_replicas_over_one_that_is_ejected) {
  Upstream& dead = add(0);
  add(50);
  add(60);
  eject(dead);
  for (int i = 0; i < 100; ++i) EXPECT_NE(pick(), &dead);
  now_ += ReplicaHealth::kFirstEjection;
  bool tried_again = false;
  for (int i = 0; i < 100; ++i) tried_again |= pick() == &dead;
  EXPECT_TRUE(tried_again);
}

TEST_F(Balancer, sends_others_elsewhere_while_one_tries_an_ejected_replica) {
  Upstream& sick = add(0);
  add(50);
  eject(sick);
  now_ += ReplicaHealth::kFirstEjection;
  ASSERT_EQ(sick.health.begin(now_), Standing::kTrial);
  for (int i = 0; i < 50; ++i) EXPECT_NE(pick(), &sick);
}

TEST_F(Balancer, tries_each_where_all_are_ejected) {
  for (int i = 0; i < 3; ++i) eject(add(0));
  std::map<Upstream*, int> hits;
  for (int i = 0; i < 300; ++i) ++hits[pick()];
  EXPECT_EQ(hits.size(), 3u);
  EXPECT_FALSE(hits.contains(nullptr));
}

TEST_F(Balancer, takes_an_ejected_replica_where_the_others_are_full) {
  add(2);
  Upstream& sick = add(0);
  add(2);
  eject(sick);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(pick(2), &sick);
}

TEST_F(Balancer, tries_another_replica_after_a_failure_unless_there_is_none) {
  Upstream& failed = add(0);
  EXPECT_EQ(pick(0, &failed), &failed);
  Upstream& other = add(100);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(pick(0, &failed), &other);
}

}  // namespace
}  // namespace slipway::gateway
