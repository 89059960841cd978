#include "gateway/replica_watch.h"

#include <gtest/gtest.h>

#include <memory>

#include "gateway/worker_metrics.h"

namespace slipway::gateway {
namespace {

using std::chrono::seconds;

class ReplicaWatchTest : public testing::Test {
 protected:
  ReplicaWatchTest() { replica_.deployment = std::make_shared<DeploymentShard>(); }

  const EjectionCounts& counts() const { return replica_.deployment->ejections; }
  uint64_t ejections(Fault fault) const {
    return counts().by_fault[static_cast<size_t>(fault)].value();
  }
  uint64_t trials(TrialEnd end) const { return counts().trials[static_cast<size_t>(end)].value(); }

  void lose(Loss::Kind kind, bool http2 = false) {
    watch_.begin(replica_, now_);
    watch_.lost({kind, 0, false, false}, http2, now_, random_);
    watch_.finish();
  }
  // Ejected, and its time is over.
  void eject() {
    lose(Loss::Kind::kNotConnected);
    now_ += ReplicaHealth::kLongestEjection;
  }

  Upstream replica_{"r", os::TcpAddress{"127.0.0.1", 9000}};
  ReplicaWatch watch_;
  QuickRandom random_{42};
  Monotonic now_{seconds(100)};
};

TEST_F(ReplicaWatchTest, counts_ejections_by_what_the_last_fault_was) {
  lose(Loss::Kind::kNotConnected);
  EXPECT_EQ(ejections(Fault::kConnect), 1u);
  EXPECT_EQ(counts().ejected.value(), 1);
  replica_.health = {};
  for (const auto kind : {Loss::Kind::kClosed, Loss::Kind::kTruncated, Loss::Kind::kClosed,
                          Loss::Kind::kClosed, Loss::Kind::kBadReply}) {
    EXPECT_TRUE(replica_.health.good());
    lose(kind);
  }
  EXPECT_EQ(ejections(Fault::kBadReply), 1u);
  EXPECT_EQ(ejections(Fault::kLost), 0u);
}

TEST_F(ReplicaWatchTest, counts_how_trials_end_and_who_is_ejected_meanwhile) {
  eject();
  watch_.begin(replica_, now_);
  EXPECT_TRUE(watch_.is_trial());
  watch_.finish();
  EXPECT_EQ(trials(TrialEnd::kUndecided), 1u);
  EXPECT_EQ(counts().ejected.value(), 1);

  watch_.begin(replica_, now_);
  EXPECT_TRUE(watch_.is_trial());
  watch_.failed(Fault::kTimeout, now_, random_);
  watch_.finish();
  EXPECT_EQ(trials(TrialEnd::kFailed), 1u);
  EXPECT_EQ(ejections(Fault::kTimeout), 1u);
  EXPECT_EQ(counts().ejected.value(), 1);

  now_ += ReplicaHealth::kLongestEjection;
  watch_.begin(replica_, now_);
  watch_.answered();
  EXPECT_EQ(counts().ejected.value(), 0);
  watch_.succeeded();
  watch_.finish();
  EXPECT_EQ(trials(TrialEnd::kPassed), 1u);
  EXPECT_EQ(trials(TrialEnd::kUndecided), 1u);
  EXPECT_EQ(counts().ejected.value(), 0);
}

TEST_F(ReplicaWatchTest, counts_requests_that_went_to_it_for_want_of_another) {
  eject();
  ReplicaWatch trial;
  trial.begin(replica_, now_);
  watch_.begin(replica_, now_);
  EXPECT_FALSE(watch_.is_trial());
  EXPECT_EQ(counts().last_resorts.value(), 1u);
  watch_.succeeded();
  watch_.finish();
  EXPECT_EQ(counts().ejected.value(), 0);
  trial.succeeded();
  trial.finish();
  EXPECT_EQ(trials(TrialEnd::kPassed), 1u);
  EXPECT_EQ(counts().ejected.value(), 0);
}

TEST_F(ReplicaWatchTest, does_not_blame_a_replica_for_not_speaking_http2) {
  for (int i = 0; i < 10; ++i) {
    lose(i % 2 == 0 ? Loss::Kind::kBadReply : Loss::Kind::kClosed, true);
  }
  EXPECT_TRUE(replica_.health.good());
  for (int i = 0; i < 5; ++i) {
    watch_.begin(replica_, now_);
    watch_.lost({Loss::Kind::kTruncated, 0, false, true}, true, now_, random_);
    watch_.finish();
  }
  EXPECT_EQ(ejections(Fault::kLost), 1u);
  EXPECT_FALSE(replica_.health.good());
}

TEST_F(ReplicaWatchTest, does_not_watch_control) {
  Upstream control{"control", os::UnixAddress{}};
  for (int i = 0; i < 10; ++i) {
    watch_.begin(control, now_);
    watch_.lost({Loss::Kind::kNotConnected, 0, true, false}, false, now_, random_);
    watch_.finish();
  }
  EXPECT_TRUE(control.health.good());
}

}  // namespace
}  // namespace slipway::gateway
