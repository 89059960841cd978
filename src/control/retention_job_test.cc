#include "control/retention_job.h"

#include <gtest/gtest.h>

#include "store/audit.h"
#include "store/replica_spans.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using std::chrono::hours;

class RetentionJobTest : public ::testing::Test {
 protected:
  void audit_now(int rows) {
    const auto done = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
      for (int i = 0; i < rows; ++i) {
        store::AuditRow row;
        row.time = clock_.now();
        TRY(store::audit::append(tx, row));
      }
      return {};
    });
    ASSERT_TRUE(done);
  }
  size_t audited() {
    return store_->read([](store::ReadTransaction& tx) { return store::audit::after(tx, 0, 1000); })
        ->size();
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
};

TEST_F(RetentionJobTest, a_sweep_goes_on_over_many_batches_until_nothing_old_is_left) {
  audit_now(25);
  clock_.advance(hours(5));
  audit_now(3);
  const auto done = sweep(*store_, {.audit = hours(4)}, clock_.now(), /*batch=*/10);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->audit, 25);
  EXPECT_EQ(audited(), 3U);
}

TEST_F(RetentionJobTest, the_audit_trail_is_kept_for_ever_when_told_so) {
  audit_now(2);
  clock_.advance(hours(24 * 365 * 20));
  const auto done = sweep(*store_, {.audit = hours(0)}, clock_.now());
  EXPECT_EQ(done, RetentionSweep{});
  EXPECT_EQ(audited(), 2U);
}

TEST_F(RetentionJobTest, runs_of_replicas_become_sums_after_their_time) {
  const auto done_at = [&](int days) {
    return sweep(*store_, {}, clock_.now() + hours(24 * days), /*batch=*/2)->replica_spans;
  };
  ASSERT_TRUE(store_->write([&](store::WriteTransaction& tx) -> Result<void> {
    for (int i = 0; i < 5; ++i) {
      store::ReplicaSpanRow row;
      row.run = {"iris-r1-0", std::to_string(i), clock_.now() - hours(1)};
      row.ended_at = clock_.now();
      TRY(store::replica_spans::add(tx, row));
    }
    return {};
  }));
  EXPECT_EQ(done_at(35), 0);
  EXPECT_EQ(done_at(36), 5);
  EXPECT_EQ(done_at(36), 0);
}

TEST_F(RetentionJobTest, runs_at_once_and_whenever_it_is_woken) {
  audit_now(1);
  clock_.advance(hours(5));
  RetentionJob job(*store_, clock_, {.audit = hours(4)}, Logger::silent());
  job.wait_for_passes(1);
  EXPECT_EQ(audited(), 0U);
  audit_now(1);
  clock_.advance(hours(5));
  job.wake();
  job.wait_for_passes(2);
  EXPECT_EQ(audited(), 0U);
}

}  // namespace
}  // namespace slipway::control
