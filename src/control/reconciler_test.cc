// What the reconciler looks at, on a workload engine that writes down what it is asked: that a
// change among many deployments costs one look at one of them.
#include "control/reconciler.h"

#include <gtest/gtest.h>

#include <condition_variable>

#include "os/system_clock.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

constexpr std::chrono::seconds kPatience{60};

class ScriptedWorkloads final : public engine::WorkloadEngine {
 public:
  using Scope = std::optional<std::set<std::string>>;

  engine::Capabilities capabilities() const override { return {}; }
  Result<void> ping() override { return {}; }
  Result<engine::Capacity> capacity() override { return engine::Capacity{}; }
  engine::ImageSight find_image(const engine::WantedImage&) override { return {}; }
  int room_for(const domain::InstanceType&) override { return 0; }
  Result<void> apply(const engine::Workload& workload) override {
    const std::lock_guard lock(mutex_);
    generations_[workload.deployment_id] = workload.generation;
    return {};
  }
  Result<void> remove(const std::string&) override { return {}; }
  // Everything that was applied is complete at once and needs no replica.
  Result<std::vector<engine::ObservedWorkload>> observe(const Scope& only) override {
    const std::lock_guard lock(mutex_);
    std::vector<engine::ObservedWorkload> out;
    for (const auto& [id, generation] : generations_) {
      if (only && !only->contains(id)) continue;
      engine::ObservedWorkload one;
      one.deployment_id = id;
      one.generation = generation;
      out.push_back(std::move(one));
    }
    looks_.push_back(only);
    looked_.notify_all();
    return out;
  }
  std::unique_ptr<engine::Watch> watch(std::function<void(const std::string&)> on_hint) override {
    hint = std::move(on_hint);
    return nullptr;
  }
  Result<void> logs(const domain::ReplicaKey&, const engine::LogQuery&,
                    const engine::LogSink&) override {
    return {};
  }

  // Waits until a look satisfies `fits`, and forgets all looks up to it.
  bool sees(const std::function<bool(const Scope&)>& fits) {
    std::unique_lock lock(mutex_);
    const auto found = [&] {
      while (!looks_.empty()) {
        const Scope look = looks_.front();
        looks_.erase(looks_.begin());
        if (fits(look)) return true;
      }
      return false;
    };
    return looked_.wait_for(lock, kPatience, found);
  }

  std::function<void(const std::string&)> hint;

 private:
  std::mutex mutex_;
  std::condition_variable looked_;
  std::map<std::string, int64_t> generations_;
  std::vector<Scope> looks_;
};

class NoGateways final : public GatewayFeed {
 public:
  void publish(std::vector<snapshot::Route>) override {}
  uint64_t adopted_everywhere() const override { return 0; }
  uint64_t oldest_in_use() const override { return 0; }
  std::shared_ptr<const snapshot::Snapshot> current() const override { return nullptr; }
  std::vector<GatewayView> gateways() const override { return {}; }
  void poll(const snapshot::Ack&, uint64_t, std::chrono::milliseconds,
            std::function<void(std::shared_ptr<const std::string>)>) override {}
};

class ReconcilerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      for (const char* id : {"one", "two", "three"}) {
        TRY(store::insert_sample(tx, id));
        domain::Deployment stopped = store::sample_deployment(id);
        stopped.desire = domain::Desire::kStopped;
        TRY(store::deployments::update(tx, stopped));
      }
      return {};
    }));
    reconciler_ = std::make_unique<Reconciler>(
        ReconcilerParts{.store = *store_,
                        .workloads = workloads_,
                        .feed = feed_,
                        .confirmed = {.in_use = [](const domain::ReplicaKey&) { return false; },
                                      .everywhere = [](const auto&) { return true; }},
                        .clock = clock_,
                        .logger = Logger::silent()});
  }

  store::TestFolder folder_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  os::SystemClock clock_;
  ScriptedWorkloads workloads_;
  NoGateways feed_;
  std::unique_ptr<Reconciler> reconciler_;
};

bool is_everything(const ScriptedWorkloads::Scope& scope) { return !scope; }

TEST_F(ReconcilerTest, begins_with_a_look_at_everything) {
  EXPECT_TRUE(workloads_.sees(is_everything));
}

TEST_F(ReconcilerTest, a_hint_is_followed_by_a_look_at_that_deployment_alone) {
  ASSERT_TRUE(workloads_.sees(is_everything));
  workloads_.hint("two");
  EXPECT_TRUE(workloads_.sees(
      [](const auto& scope) { return scope && *scope == std::set<std::string>{"two"}; }));
}

TEST_F(ReconcilerTest, a_commit_is_followed_by_a_look_at_what_it_changed_alone) {
  ASSERT_TRUE(workloads_.sees(is_everything));
  ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) {
    domain::Deployment changed = store::sample_deployment("three");
    changed.desire = domain::Desire::kStopped;
    changed.generation = 2;
    return store::deployments::update(tx, changed);
  }));
  EXPECT_TRUE(workloads_.sees(
      [](const auto& scope) { return scope && *scope == std::set<std::string>{"three"}; }));
}

TEST_F(ReconcilerTest, what_is_not_settled_is_looked_at_when_gateways_speak) {
  ASSERT_TRUE(workloads_.sees(is_everything));
  ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) {
    domain::Deployment started = store::sample_deployment("one");
    started.generation = 2;
    return store::deployments::update(tx, started);
  }));
  const auto only_one = [](const auto& scope) {
    return scope && *scope == std::set<std::string>{"one"};
  };
  ASSERT_TRUE(workloads_.sees(only_one));
  reconciler_->wake();
  EXPECT_TRUE(workloads_.sees(only_one));
}

TEST_F(ReconcilerTest, looks_at_everything_again_without_being_told) {
  ASSERT_TRUE(workloads_.sees(is_everything));
  EXPECT_TRUE(workloads_.sees(is_everything));
}

}  // namespace
}  // namespace slipway::control
