#include "control/workload_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "os/system_random.h"

namespace slipway::control {
namespace {

using domain::ReplicaKey;
using domain::ReplicaState;
using engine::RunState;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const ReplicaKey kFirst{"iris", 1, 0};

class WorkloadMachineTest : public testing::Test {
 protected:
  WorkloadMachineTest() : machine_("iris", {.name = "test", .version = "1"}, random_) {
    workload_.deployment_id = "iris";
    workload_.generation = 1;
    workload_.wanted.number = 1;
    workload_.wanted.spec.image = "iris:1";
    workload_.wanted.spec.progress_deadline = seconds(100);
    workload_.wanted.instance_type.memory_bytes = int64_t{1} << 30;
  }
  void apply() { machine_.apply(workload_, now_); }
  WorkloadOrders step() {
    return machine_.step(
        10, share_ ? &*share_ : nullptr,
        {.in_use = [this](const ReplicaKey& k) { return in_use_.contains(k); },
         .everywhere = [this](const ReplicaKey& k) { return everywhere_.contains(k); }},
        now_);
  }
  engine::ObservedReplica running(const ReplicaKey& key, std::string engine_id = "c1") {
    engine::ObservedReplica replica;
    replica.key = key;
    replica.state = RunState::kRunning;
    replica.host = "127.0.0.1";
    replica.port = 9000;
    replica.engine_id = std::move(engine_id);
    return replica;
  }
  void see(std::vector<engine::ObservedReplica> replicas) {
    machine_.see(replicas, ++stamp_, now_, Timestamp{});
  }
  // The probe schedule would ask what it was told to watch.
  void answer(const WorkloadOrders& orders, const ProbeOutcome& outcome) {
    for (const auto& probe : orders.probes) {
      machine_.probed(probe.key, probe.run, outcome, now_, Timestamp{});
    }
  }
  // From nothing to one replica that runs and was asked nothing yet.
  void bring_up() {
    apply();
    ASSERT_EQ(step().images.size(), 1u);
    machine_.image_done(1, {}, std::chrono::milliseconds(5), now_);
    ASSERT_EQ(step().starts.size(), 1u);
    machine_.started(kFirst, {}, ++stamp_, now_, Timestamp{});
    see({running(kFirst)});
  }
  engine::ObservedWorkload view() {
    bool changed = false;
    return machine_.view(&changed);
  }

  os::SystemRandom random_;
  Monotonic now_{std::chrono::hours(1)};
  uint64_t stamp_ = 0;
  std::optional<planner::Share> share_;
  std::set<ReplicaKey> in_use_, everywhere_;
  engine::Workload workload_;
  WorkloadMachine machine_;
};

TEST_F(WorkloadMachineTest, fetches_the_image_before_it_starts_anything) {
  apply();
  WorkloadOrders orders = step();
  EXPECT_THAT(orders.starts, IsEmpty());
  ASSERT_EQ(orders.images.size(), 1u);
  EXPECT_EQ(orders.images[0].image, "iris:1");
  EXPECT_THAT(step().images, IsEmpty()) << "one order is enough";
  machine_.image_done(1, {}, std::chrono::milliseconds(5), now_);
  orders = step();
  ASSERT_EQ(orders.starts.size(), 1u);
  EXPECT_EQ(orders.starts[0].key, kFirst);
  EXPECT_THAT(step().starts, IsEmpty()) << "never the same key twice";
}

TEST_F(WorkloadMachineTest, a_missing_image_is_a_clear_cause_and_is_tried_again) {
  apply();
  step();
  machine_.image_done(1, fail(ErrorCode::kNotFound, "image 'iris:1' does not exist"), {}, now_);
  EXPECT_TRUE(view().failing);
  EXPECT_EQ(view().problem, "image 'iris:1' does not exist");
  const WorkloadOrders orders = step();
  EXPECT_THAT(orders.images, IsEmpty());
  ASSERT_TRUE(orders.wake_at);
  now_ = *orders.wake_at;
  EXPECT_EQ(step().images.size(), 1u);
}

TEST_F(WorkloadMachineTest, a_replica_is_ready_and_routable_when_it_answers) {
  bring_up();
  answer(step(), {.ready = true});
  step();
  ASSERT_EQ(view().replicas.size(), 1u);
  EXPECT_EQ(view().replicas[0].state, ReplicaState::kReady);
  EXPECT_TRUE(view().replicas[0].routable);
}

TEST_F(WorkloadMachineTest, takes_three_failed_probes_to_be_unready_and_one_success_to_be_back) {
  bring_up();
  const WorkloadOrders orders = step();
  answer(orders, {.ready = true});
  for (int i = 1; i <= 3; ++i) {
    answer(orders, {.cause = "answers 500 on /health/status"});
    step();
    EXPECT_EQ(view().replicas[0].routable, i < 3) << i;
  }
  EXPECT_EQ(view().trouble->cause, "answers 500 on /health/status");
  answer(orders, {.ready = true});
  step();
  EXPECT_TRUE(view().replicas[0].routable);
}

TEST_F(WorkloadMachineTest, fails_past_the_deadline_and_says_what_is_missing) {
  bring_up();
  const WorkloadOrders orders = step();
  answer(orders, {.cause = "does not listen on port 9000"});
  EXPECT_FALSE(view().trouble) << "it only just started";
  now_ += seconds(100);
  EXPECT_THAT(step().logs, ElementsAre(kFirst)) << "its last lines go with the trouble";
  EXPECT_TRUE(view().past_deadline);
  EXPECT_EQ(view().trouble->cause, "never listened on port 9000");
  answer(orders, {.ready = true});
  everywhere_.insert(kFirst);
  step();
  EXPECT_FALSE(view().past_deadline);
  EXPECT_FALSE(view().trouble);
}

TEST_F(WorkloadMachineTest, tells_the_cause_of_an_end_together_with_its_last_words) {
  bring_up();
  step();
  engine::ObservedReplica ended = running(kFirst);
  ended.state = RunState::kExited;
  ended.exit_code = 1;
  see({ended});
  EXPECT_THAT(step().logs, ElementsAre(kFirst));
  EXPECT_FALSE(view().trouble) << "half of a cause would be two lines in the timeline";
  engine::LogLine line;
  line.is_stderr = true;
  line.text = "no model";
  machine_.logs_fetched(kFirst, {line});
  ASSERT_TRUE(view().trouble);
  EXPECT_EQ(view().trouble->cause, "exits with code 1: no model");
  EXPECT_THAT(view().trouble->log_tail, ElementsAre("no model"));
}

TEST_F(WorkloadMachineTest, does_not_end_a_replica_that_a_snapshot_may_be_made_of_right_now) {
  bring_up();
  answer(step(), {.ready = true});
  step();
  view();  // control has it in hand as routable and will publish it
  workload_.run = false;
  workload_.generation = 2;
  apply();
  EXPECT_THAT(step().stops, IsEmpty());
  EXPECT_THAT(step().stops, IsEmpty());
  bool changed = false;
  machine_.view(&changed);
  EXPECT_TRUE(changed);
  EXPECT_THAT(step().stops, ElementsAre(kFirst)) << "published without it, and nobody uses it";
}

TEST_F(WorkloadMachineTest, an_observation_that_began_before_an_order_ended_says_nothing_about_it) {
  bring_up();
  workload_.run = false;
  workload_.generation = 2;
  apply();
  const uint64_t began = ++stamp_;
  ASSERT_THAT(step().stops, ElementsAre(kFirst));
  machine_.stopped(kFirst, {}, ++stamp_, now_);
  machine_.see(std::vector{running(kFirst)}, began, now_, Timestamp{});
  EXPECT_THAT(view().replicas, IsEmpty()) << "it was listed before it was removed";
}

TEST_F(WorkloadMachineTest, asks_what_it_finds_running_before_it_decides_anything) {
  see({running(kFirst), running({"iris", 7, 0}, "c2")});
  EXPECT_THAT(step().probes, IsEmpty()) << "nobody has said what shall run";
  apply();
  WorkloadOrders orders = step();
  EXPECT_EQ(orders.probes.size(), 2u);
  EXPECT_THAT(orders.stops, IsEmpty());
  EXPECT_TRUE(machine_.settling(now_));
  answer(orders, {.ready = true});
  EXPECT_TRUE(machine_.settling(now_)) << "nothing is routable before it was planned for";
  everywhere_.insert(kFirst);
  step();
  EXPECT_FALSE(machine_.settling(now_));
  EXPECT_TRUE(view().replicas[0].routable);
}

// The gateways have it in use until a snapshot without it is out, and that would wait for it.
TEST_F(WorkloadMachineTest, does_not_wait_for_what_it_finds_running_and_shall_not_run) {
  workload_.run = false;
  see({running(kFirst)});
  apply();
  in_use_.insert(kFirst);
  answer(step(), {.ready = true});
  step();
  EXPECT_FALSE(machine_.settling(now_));
  EXPECT_FALSE(view().replicas[0].routable);
  in_use_.clear();
  EXPECT_THAT(step().stops, ElementsAre(kFirst));
}

TEST_F(WorkloadMachineTest, takes_away_what_was_created_and_never_started) {
  apply();
  engine::ObservedReplica left_over = running(kFirst);
  left_over.state = RunState::kCreated;
  see({left_over});
  EXPECT_THAT(step().stops, IsEmpty()) << "somebody may be about to start it";
  now_ += WorkloadMachine::kNeverStartedAfter;
  see({left_over});
  EXPECT_THAT(step().stops, ElementsAre(kFirst));
  EXPECT_FALSE(view().failing);
}

TEST_F(WorkloadMachineTest, starts_what_its_group_grants_and_says_why_the_rest_waits) {
  workload_.wanted.spec.replicas = 2;
  workload_.wanted.instance_type.cpu_millis = 1000;
  share_ = planner::Share{.granted = 0, .waits = "waits: group 'lab' may use 0 CPU"};
  apply();
  EXPECT_TRUE(step().images.empty());
  bool changed = false;
  EXPECT_EQ(machine_.view(&changed).waits, share_->waits);
  EXPECT_EQ(machine_.share_asked()->held, 0);

  share_ = planner::Share{.granted = 1,
                          .budget = {.cpu_millis = 1000, .memory_bytes = int64_t{1} << 30},
                          .waits = "waits for the second"};
  ASSERT_EQ(step().images.size(), 1u);
  machine_.image_done(1, {}, std::chrono::milliseconds(1), now_);
  ASSERT_EQ(step().starts.size(), 1u);
  EXPECT_EQ(machine_.share_asked()->lives.cpu_millis, 1000);
  share_->budget = {};
  EXPECT_TRUE(step().starts.empty());
  EXPECT_EQ(machine_.share_asked()->held, 1);
}

TEST_F(WorkloadMachineTest, waits_for_what_it_finds_running_only_so_long) {
  see({running(kFirst)});
  apply();
  step();
  now_ += WorkloadMachine::kSettleTime;
  step();
  EXPECT_FALSE(machine_.settling(now_));
}

}  // namespace
}  // namespace slipway::control
