#include "gateway/replica_health.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace slipway::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ReplicaHealthTest : public testing::Test {
 protected:
  bool fail(Fault fault, Standing standing = Standing::kUsual) {
    return health_.failed(standing, fault, now_, random_);
  }
  void fail_until_ejected() {
    while (!fail(Fault::kLost)) {
    }
  }
  // How long others are preferred, to the millisecond.
  milliseconds avoided_for() const {
    milliseconds passed{0};
    while (health_.avoided(now_ + passed)) passed += milliseconds(1);
    return passed;
  }
  void wait_until_over() { now_ += avoided_for(); }

  ReplicaHealth health_;
  QuickRandom random_{42};
  Monotonic now_{seconds(100)};
};

TEST_F(ReplicaHealthTest, is_ejected_at_once_by_a_connection_that_cannot_be_made) {
  EXPECT_TRUE(health_.good());
  EXPECT_TRUE(fail(Fault::kConnect));
  EXPECT_FALSE(health_.good());
  EXPECT_TRUE(health_.avoided(now_));
}

TEST_F(ReplicaHealthTest, is_ejected_by_five_other_faults_in_a_row) {
  for (const Fault fault : {Fault::kLost, Fault::kBadReply, Fault::kTimeout, Fault::kLost}) {
    EXPECT_FALSE(fail(fault));
  }
  EXPECT_TRUE(health_.good());
  EXPECT_TRUE(fail(Fault::kTimeout));
  EXPECT_FALSE(health_.good());
}

TEST_F(ReplicaHealthTest, forgets_faults_with_a_whole_reply) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(fail(Fault::kLost));
    EXPECT_EQ(health_.begin(now_), Standing::kUsual);
    health_.succeeded();
  }
  EXPECT_TRUE(health_.good());
}

TEST_F(ReplicaHealthTest, lets_one_request_try_it_when_its_time_is_over) {
  fail(Fault::kConnect);
  EXPECT_EQ(health_.begin(now_), Standing::kLastResort);
  wait_until_over();
  EXPECT_EQ(health_.begin(now_), Standing::kTrial);
  EXPECT_TRUE(health_.avoided(now_));
  EXPECT_TRUE(health_.avoided(now_ + std::chrono::hours(1)));
  EXPECT_EQ(health_.begin(now_), Standing::kLastResort);
}

TEST_F(ReplicaHealthTest, is_good_again_after_a_trial_that_was_answered_whole) {
  fail(Fault::kConnect);
  wait_until_over();
  ASSERT_EQ(health_.begin(now_), Standing::kTrial);
  health_.answered();
  EXPECT_TRUE(health_.good());
  EXPECT_EQ(health_.begin(now_), Standing::kUsual);
  health_.succeeded();
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(fail(Fault::kLost));
  EXPECT_TRUE(fail(Fault::kLost));
  EXPECT_LE(avoided_for(), seconds(1));
}

TEST_F(ReplicaHealthTest,
       is_ejected_for_longer_by_one_fault_between_the_head_of_a_reply_and_its_end) {
  fail(Fault::kConnect);
  wait_until_over();
  ASSERT_EQ(health_.begin(now_), Standing::kTrial);
  health_.answered();
  EXPECT_TRUE(fail(Fault::kLost));
  EXPECT_GT(avoided_for(), seconds(1));
}

TEST_F(ReplicaHealthTest, is_ejected_for_twice_as_long_each_time_up_to_half_a_minute) {
  fail(Fault::kConnect);
  for (const int full : {1, 2, 4, 8, 16, 30, 30, 30}) {
    EXPECT_LE(avoided_for(), seconds(full));
    EXPECT_GE(avoided_for(), milliseconds(full * 750));
    wait_until_over();
    ASSERT_EQ(health_.begin(now_), Standing::kTrial);
    EXPECT_TRUE(fail(Fault::kLost, Standing::kTrial));
  }
}

TEST_F(ReplicaHealthTest, leaves_a_part_of_its_time_to_chance) {
  std::vector<milliseconds> times;
  for (int i = 0; i < 20; ++i) {
    health_ = {};
    fail(Fault::kConnect);
    times.push_back(avoided_for());
  }
  EXPECT_NE(times, std::vector(times.size(), times.front()));
}

TEST_F(ReplicaHealthTest,
       gives_the_next_request_the_trial_when_nobody_will_know_how_the_last_ended) {
  fail(Fault::kConnect);
  wait_until_over();
  ASSERT_EQ(health_.begin(now_), Standing::kTrial);
  health_.undecided(Standing::kTrial);
  EXPECT_FALSE(health_.good());
  EXPECT_FALSE(health_.avoided(now_));
  EXPECT_EQ(health_.begin(now_), Standing::kTrial);
  health_.undecided(Standing::kLastResort);
  EXPECT_TRUE(health_.avoided(now_));
}

TEST_F(ReplicaHealthTest, comes_back_by_a_last_resort_that_was_answered) {
  fail_until_ejected();
  ASSERT_EQ(health_.begin(now_), Standing::kLastResort);
  health_.answered();
  EXPECT_TRUE(health_.good());
}

TEST_F(ReplicaHealthTest, hears_nothing_new_of_requests_that_began_before_it_was_ejected) {
  fail_until_ejected();
  const milliseconds time = avoided_for();
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(fail(Fault::kLost));
    EXPECT_FALSE(fail(Fault::kConnect));
    EXPECT_FALSE(fail(Fault::kConnect, Standing::kLastResort));
  }
  health_.succeeded();
  EXPECT_FALSE(health_.good());
  EXPECT_EQ(avoided_for(), time);
}

TEST_F(ReplicaHealthTest, takes_the_late_failure_of_an_overtaken_trial_for_any_other_fault) {
  fail(Fault::kConnect);
  wait_until_over();
  ASSERT_EQ(health_.begin(now_), Standing::kTrial);
  ASSERT_EQ(health_.begin(now_), Standing::kLastResort);
  health_.answered();
  health_.succeeded();
  EXPECT_FALSE(fail(Fault::kTimeout, Standing::kTrial));
  EXPECT_TRUE(health_.good());
}

// Requests that begin, are answered, fail and are given up in any order.
RC_GTEST_PROP(ReplicaHealth, comes_to_its_next_trial_whatever_happened_before, ()) {
  ReplicaHealth health;
  QuickRandom random(*rc::gen::arbitrary<uint64_t>());
  Monotonic now{seconds(1)};
  std::vector<Standing> going_on;
  const auto steps = *rc::gen::container<std::vector<uint8_t>>(rc::gen::inRange<uint8_t>(0, 64));
  for (const uint8_t step : steps) {
    const bool was_good = health.good();
    if (step < 24 || going_on.empty()) {
      const bool avoided = health.avoided(now);
      const Standing standing = health.begin(now);
      RC_ASSERT(was_good == (standing == Standing::kUsual));
      RC_ASSERT(avoided == (standing == Standing::kLastResort));
      going_on.push_back(standing);
    } else if (step < 32) {
      now += milliseconds(500);
    } else {
      const size_t which = step % going_on.size();
      const Standing standing = going_on[which];
      going_on.erase(going_on.begin() + static_cast<ptrdiff_t>(which));
      if (step < 40) {
        health.undecided(standing);
      } else if (step < 56) {
        const bool ejected =
            health.failed(standing, static_cast<Fault>(step % kFaults), now, random);
        RC_ASSERT(!ejected || health.avoided(now));
        RC_ASSERT(!ejected || !health.avoided(now + ReplicaHealth::kLongestEjection));
      } else {
        if (standing != Standing::kUsual) {
          health.answered();
          RC_ASSERT(health.good());
        }
        health.succeeded();
      }
    }
  }
  // Whatever happened: when all have ended, one request and half a minute later it is tried.
  for (const Standing standing : going_on) health.undecided(standing);
  now += ReplicaHealth::kLongestEjection;
  RC_ASSERT(health.begin(now) != Standing::kLastResort);
  health.answered();
  health.succeeded();
  RC_ASSERT(health.good());
}

}  // namespace
}  // namespace slipway::gateway
