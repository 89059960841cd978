// What becomes of the table of spans while replicas come and go, on a real store and a clock whose
// hands the test turns; a second ReplicaUsage is control after a kill -9.
#include "control/replica_usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/usage_report.h"
#include "store/database.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using engine::RunState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

class ReplicaUsageTest : public testing::Test {
 protected:
  using Observed = std::map<std::string, engine::ObservedWorkload>;

  ReplicaUsageTest() {
    EXPECT_TRUE(store_->write([](store::WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      TRY(store::insert_sample(tx, "iris"));
      return store::insert_sample(tx, "rose");
    }));
    caller_.platform_admin = true;
  }

  engine::ObservedReplica& runs(const std::string& id, int ordinal, const std::string& run,
                                Timestamp started) {
    engine::ObservedWorkload& workload = observed_[id];
    workload.deployment_id = id;
    engine::WorkloadReplica replica;
    replica.observed.key = {id, 1, ordinal};
    replica.observed.state = RunState::kRunning;
    replica.observed.engine_id = run;
    replica.observed.started_at = started;
    workload.replicas.push_back(replica);
    return workload.replicas.back().observed;
  }
  void look() { usage_->look(std::nullopt, observed_); }
  void look(const std::set<std::string>& scope) { usage_->look(scope, observed_); }
  void restart() { usage_.emplace(*store_, clock_, Logger::silent()); }

  // Of everything, in seconds.
  int64_t counted() {
    const auto report = report_->hours(
        caller_, {.first = domain::parse_month("2027-01"), .last = domain::parse_month("2027-12")},
        {});
    EXPECT_TRUE(report) << report.error().message;
    double sum = 0;
    for (const auto& row : report->rows) sum += row.hours.replica;
    return std::lround(sum * 3600);
  }
  size_t open() {
    return store_->read([](store::ReadTransaction& tx) { return store::replica_spans::open(tx); })
        ->size();
  }
  int64_t spans() {
    return *store_->read([](store::ReadTransaction& tx) {
      return tx.database().integer("SELECT count(*) FROM replica_spans");
    });
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  const Timestamp began_ = clock_.now();
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  std::optional<ReplicaUsage> usage_{std::in_place, *store_, clock_, Logger::silent()};
  std::unique_ptr<UsageReport> report_ = make_usage_report(*store_, clock_);
  Caller caller_;
  Observed observed_;
};

TEST_F(ReplicaUsageTest, counts_from_the_engines_start_while_it_runs) {
  runs("iris", 0, "a", began_ - minutes(5));
  look();
  EXPECT_EQ(counted(), 300);
  clock_.advance(seconds(60));
  EXPECT_EQ(counted(), 360);
}

TEST_F(ReplicaUsageTest, ends_with_the_engines_word) {
  engine::ObservedReplica& replica = runs("iris", 0, "a", began_);
  look();
  clock_.advance(seconds(30));
  replica.state = RunState::kExited;
  replica.finished_at = began_ + seconds(20);
  look({"iris"});
  look();
  observed_.clear();
  clock_.advance(hours(1));
  look();
  EXPECT_EQ(counted(), 20);
}

TEST_F(ReplicaUsageTest, ends_now_when_it_is_missed_in_a_steady_look) {
  runs("iris", 0, "a", began_);
  runs("rose", 0, "b", began_);
  look();
  clock_.advance(seconds(5));
  look();
  clock_.advance(seconds(5));
  observed_.erase("iris");
  look({"iris"});
  EXPECT_EQ(open(), 1U);
  EXPECT_EQ(counted(), 20);
  clock_.advance(seconds(5));
  look();
  EXPECT_EQ(counted(), 25);
}

TEST_F(ReplicaUsageTest, ends_where_it_was_seen_last_when_nobody_looked_for_long) {
  runs("iris", 0, "a", began_);
  look();
  clock_.advance(seconds(10));
  look();
  clock_.advance(hours(3));
  EXPECT_EQ(counted(), 2 * 60) << "while nobody can say what runs, hours do not grow";
  observed_.clear();
  look();
  EXPECT_EQ(counted(), 10);
}

TEST_F(ReplicaUsageTest, a_replica_that_ran_while_the_engine_was_away_counts_as_a_whole) {
  runs("iris", 0, "a", began_);
  look();
  clock_.advance(hours(3));
  look();
  EXPECT_EQ(counted(), 3 * 3600);
}

TEST_F(ReplicaUsageTest, neither_loses_nor_doubles_a_run_over_a_kill) {
  runs("iris", 0, "a", began_);
  look();
  for (int i = 0; i < 3; ++i) {
    clock_.advance(minutes(20));
    restart();
    look();
    look();
  }
  EXPECT_EQ(open(), 1U);
  EXPECT_EQ(counted(), 3600);
}

TEST_F(ReplicaUsageTest, what_vanished_while_control_was_away_ends_at_the_last_heartbeat) {
  runs("iris", 0, "a", began_);
  look();
  clock_.advance(ReplicaUsage::kHeartbeat);
  look();
  clock_.advance(seconds(20));
  look();
  clock_.advance(hours(1));
  observed_.clear();
  restart();
  look();
  EXPECT_EQ(open(), 0U);
  EXPECT_EQ(counted(), 60);
}

TEST_F(ReplicaUsageTest, what_ended_while_control_was_away_ends_with_the_engines_word) {
  engine::ObservedReplica& replica = runs("iris", 0, "a", began_);
  look();
  clock_.advance(hours(1));
  replica.state = RunState::kExited;
  replica.finished_at = began_ + minutes(30);
  restart();
  look();
  EXPECT_EQ(counted(), 30 * 60);
  restart();
  look();
  EXPECT_EQ(counted(), 30 * 60);
}

TEST_F(ReplicaUsageTest, a_run_that_was_over_before_it_was_seen_counts_too) {
  engine::ObservedReplica& replica = runs("iris", 0, "a", began_ - seconds(9));
  replica.state = RunState::kExited;
  replica.finished_at = began_ - seconds(2);
  look();
  EXPECT_EQ(counted(), 7);
}

TEST_F(ReplicaUsageTest, the_next_run_under_the_same_key_is_one_of_its_own) {
  runs("iris", 0, "a", began_);
  look();
  clock_.advance(seconds(10));
  observed_.clear();
  runs("iris", 0, "b", clock_.now() - seconds(1));
  look();
  clock_.advance(seconds(10));
  EXPECT_EQ(open(), 1U);
  EXPECT_EQ(counted(), 10 + 11);
}

TEST_F(ReplicaUsageTest, writes_nothing_while_nothing_changes_but_a_heartbeat) {
  for (int i = 0; i < 50; ++i) runs("iris", i, "run-" + std::to_string(i), began_);
  look();
  const auto seen = [&] {
    return *store_->read(
        [](store::ReadTransaction& tx) { return store::replica_spans::seen_at(tx); });
  };
  for (const int at : {5, 30, 59}) {
    clock_.advance(seconds(at) - (clock_.now() - began_));
    look();
    look({"iris"});
    EXPECT_EQ(seen(), began_);
  }
  clock_.advance(seconds(1));
  look({"iris"});
  EXPECT_EQ(seen(), began_) << "not all was looked at";
  look();
  EXPECT_EQ(seen(), clock_.now());
}

TEST_F(ReplicaUsageTest, keeps_the_size_of_then_and_the_group_of_a_deployment_that_is_gone) {
  runs("iris", 0, "a", began_);
  look();
  ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) -> Result<void> {
    domain::InstanceType type{"cpu-1", "One CPU", "", 64'000, int64_t{1} << 40, 8};
    TRY(store::instance_types::update(tx, type));
    domain::Deployment gone = store::sample_deployment("iris");
    gone.desire = domain::Desire::kDeleted;
    TRY(store::deployments::update(tx, gone));
    return store::deployments::forget(tx, "iris");
  }));
  clock_.advance(seconds(10));
  observed_.clear();
  look();
  const auto report = report_->hours(caller_, {}, {});
  ASSERT_TRUE(report);
  ASSERT_EQ(report->rows.size(), 1U);
  const domain::UsageRow& row = report->rows[0];
  EXPECT_EQ(row.group, "default");
  EXPECT_EQ(row.deployment_name, "Name of iris");
  EXPECT_DOUBLE_EQ(row.hours.cpu_core, 10.0 / 3600);
  EXPECT_DOUBLE_EQ(row.hours.memory_gib, 20.0 / 3600);
  EXPECT_DOUBLE_EQ(row.hours.gpu, 0);
}

TEST_F(ReplicaUsageTest, what_belongs_to_no_deployment_is_nobodys) {
  runs("orphan", 0, "a", began_);
  look();
  look();
  EXPECT_EQ(spans(), 0);
}

TEST_F(ReplicaUsageTest, is_shown_to_who_is_in_the_group) {
  runs("iris", 0, "a", began_ - hours(1));
  look();
  Caller member;
  member.user = "ada";
  member.groups = {"default"};
  EXPECT_EQ(report_->hours(member, {}, {})->rows.size(), 1U);
  EXPECT_EQ(report_->hours(member, {.group = "default"}, {})->rows.size(), 1U);
  Caller stranger;
  stranger.user = "eve";
  stranger.groups = {"elsewhere"};
  EXPECT_EQ(report_->hours(stranger, {}, {})->rows.size(), 0U);
  for (const char* group : {"default", "nowhere"}) {
    const auto refused = report_->hours(stranger, {.group = group}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(report_->requests(stranger, {.group = group}));
  }
}

TEST_F(ReplicaUsageTest, is_asked_for_by_months_in_order_and_not_too_many) {
  const auto asked = [&](const char* first, const char* last) {
    return report_->hours(
        caller_, {.first = domain::parse_month(first), .last = domain::parse_month(last)}, {});
  };
  EXPECT_TRUE(asked("2024-01", "2026-12"));
  EXPECT_FALSE(asked("2023-12", "2026-12"));
  EXPECT_FALSE(asked("2026-12", "2026-11"));
  const auto now = report_->hours(caller_, {}, {});
  EXPECT_EQ(domain::format_month(now->first), "2027-01");
  EXPECT_EQ(now->first, now->last);
}

}  // namespace
}  // namespace slipway::control
