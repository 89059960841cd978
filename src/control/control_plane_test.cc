// The control plane as a whole: real store in a directory of its own, real use cases, the mock
// engine, and gateways that acknowledge what they are given.
#include "control/control_plane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "control/clients.h"
#include "control/deployment_use_cases.h"
#include "engine/mock/mock_engine.h"
#include "os/system_clock.h"
#include "os/system_random.h"
#include "snapshot/encoding.h"
#include "store/deployments.h"
#include "store/groups.h"
#include "store/instance_types.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

using domain::Phase;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr seconds kPatience{60};

template <typename Condition>
bool eventually(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

// Nobody is asked: the mock engine says itself who is ready.
class NoProber final : public Prober {
 public:
  ProbeOutcome probe(const ProbeTarget&) override { return {.ready = true}; }
};

// Polls like a real gateway and adopts at once what it gets.
class FakeGateway {
 public:
  explicit FakeGateway(SnapshotFeed& feed, snapshot::Ack ack = {.gateway_id = "gw-1",
                                                                .control_id = "",
                                                                .adopted_version = 0,
                                                                .oldest_in_use_version = 0})
      : feed_(feed), ack_(std::move(ack)), thread_([this] { run(); }) {}
  ~FakeGateway() {
    ending_ = true;
    thread_.join();
  }

  std::shared_ptr<const snapshot::Snapshot> snapshot() const {
    const std::lock_guard lock(mutex_);
    return adopted_;
  }
  std::shared_ptr<const snapshot::Snapshot> first() const {
    const std::lock_guard lock(mutex_);
    return first_;
  }
  snapshot::Ack ack() const {
    const std::lock_guard lock(mutex_);
    return ack_;
  }
  // The replicas that this gateway sends requests to.
  std::set<std::string> replicas(const std::string& deployment) const {
    const auto snapshot = this->snapshot();
    std::set<std::string> ids;
    const snapshot::Route* route = snapshot ? snapshot->find(deployment) : nullptr;
    if (route != nullptr) {
      for (const auto& replica : route->replicas) ids.insert(replica.id);
    }
    return ids;
  }

 private:
  void run() {
    while (!ending_) {
      struct Answer {
        std::mutex mutex;
        std::condition_variable wake;
        bool here = false;
        std::shared_ptr<const std::string> encoded;
      };
      const auto answer = std::make_shared<Answer>();
      feed_.poll(ack(), ack().adopted_version, milliseconds(50),
                 [answer](std::shared_ptr<const std::string> encoded) {
                   const std::lock_guard lock(answer->mutex);
                   answer->encoded = std::move(encoded);
                   answer->here = true;
                   answer->wake.notify_all();
                 });
      std::unique_lock lock(answer->mutex);
      answer->wake.wait(lock, [&] { return answer->here; });
      if (!answer->encoded) continue;
      auto decoded = snapshot::decode(*answer->encoded);
      ASSERT_TRUE(decoded) << decoded.error().message;
      const std::lock_guard own(mutex_);
      adopted_ = std::make_shared<const snapshot::Snapshot>(std::move(*decoded));
      if (!first_) first_ = adopted_;
      ack_.control_id = adopted_->control_id;
      ack_.adopted_version = ack_.oldest_in_use_version = adopted_->version;
    }
  }

  SnapshotFeed& feed_;
  mutable std::mutex mutex_;
  snapshot::Ack ack_;
  std::shared_ptr<const snapshot::Snapshot> adopted_;
  std::shared_ptr<const snapshot::Snapshot> first_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

class ControlPlaneTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "slipway-control-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    logs_ = std::make_unique<logs::LogStore>(
        logs::LogStoreOptions{.root = directory_ / "logs", .keep = {}, .free_floor = 0});
    auto engine = engine::MockEngine::create(clock_);
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
    open_store();
    const Result<void> furnished = store_->write([](store::WriteTransaction& tx) -> Result<void> {
      TRY(store::groups::insert(tx, {.name = "lab", .deployment_enabled = true}));
      domain::InstanceType type;
      type.name = "cpu-1";
      type.cpu_millis = 1000;
      type.memory_bytes = int64_t{1} << 30;
      return store::instance_types::insert(tx, type);
    });
    ASSERT_TRUE(furnished) << furnished.error().message;
    caller_.user = "ada";
    caller_.platform_admin = true;
    caller_.groups = {"lab"};
  }
  void TearDown() override {
    end_control();
    store_.reset();
    engine_.reset();
    std::filesystem::remove_all(directory_);
  }

  void open_store() {
    auto store = store::Store::open(directory_ / "slipway.db");
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  void start_control(snapshot::Ack ack = {.gateway_id = "gw-1",
                                          .control_id = "",
                                          .adopted_version = 0,
                                          .oldest_in_use_version = 0}) {
    auto plane = ControlPlane::start({.store = *store_,
                                      .engine = *engine_,
                                      .logs = logs_.get(),
                                      .prober = prober_,
                                      .clock = clock_,
                                      .random = random_,
                                      .logger = Logger::silent()});
    ASSERT_TRUE(plane) << plane.error().message;
    plane_ = std::move(*plane);
    gateway_ = std::make_unique<FakeGateway>(plane_->feed(), std::move(ack));
    use_cases_ = make_deployments({.store = *store_,
                                   .clock = clock_,
                                   .random = random_,
                                   .views = plane_->views(),
                                   .engine = plane_->workloads(),
                                   .logs = *logs_});
  }
  void end_control() {
    use_cases_.reset();
    gateway_.reset();
    plane_.reset();
  }

  // What a gateway that waits for nothing says.
  void acknowledge(const snapshot::Ack& ack) {
    plane_->feed().poll(ack, ack.adopted_version, milliseconds(1), [](const auto&) {});
  }

  void create(const std::string& id, const std::string& image, int replicas = 2,
              bool private_access = false) {
    NewDeployment wish;
    wish.group = "lab";
    wish.name = id;
    wish.id = id;
    wish.spec.image = image;
    wish.spec.instance_type = "cpu-1";
    wish.spec.replicas = replicas;
    wish.spec.private_access = private_access;
    const auto made = use_cases_->create(caller_, wish);
    ASSERT_TRUE(made) << made.error().message;
  }
  // Accepted while no control runs, so that it meets all of them at once.
  void insert(const std::string& id, int accepted) {
    const auto done = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
      domain::Deployment deployment;
      deployment.id = deployment.name = id;
      deployment.group = "lab";
      deployment.revision = deployment.generation = 1;
      deployment.updated_at = from_unix_micros(accepted);
      TRY(store::deployments::insert(tx, deployment));
      domain::Revision revision;
      revision.deployment_id = id;
      revision.number = 1;
      revision.spec.image = "mock/ok";
      revision.spec.instance_type = "cpu-1";
      revision.spec.replicas = 2;
      return store::revisions::insert(tx, revision);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  void update(const std::string& id, const SpecPatch& patch) {
    const auto done = use_cases_->update(caller_, id, patch, "", std::nullopt);
    ASSERT_TRUE(done) << done.error().message;
  }
  void update_image(const std::string& id, const std::string& image) {
    SpecPatch patch;
    patch.image = image;
    update(id, patch);
  }
  void set_group(const std::function<void(domain::Group&)>& change) {
    const auto done = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(auto group, store::groups::find(tx, "lab"));
      change(*group);
      return store::groups::update(tx, *group);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  domain::Status status(const std::string& id) {
    const auto view = use_cases_->get(caller_, id);
    return view ? view->status : domain::Status{};
  }
  bool reaches(const std::string& id, Phase phase) {
    if (eventually([&] { return status(id).phase == phase; })) return true;
    const auto last = status(id);
    ADD_FAILURE() << id << " is " << domain::to_string(last.phase) << ": " << last.reason;
    return false;
  }
  std::set<std::string> running() {
    std::set<std::string> ids;
    const auto observed = engine_->observe();
    if (!observed) return {"engine is down"};
    for (const auto& replica : *observed) ids.insert(replica.key.id());
    return ids;
  }
  std::multiset<std::string> event_kinds(const std::string& id) {
    std::multiset<std::string> kinds;
    const auto events = use_cases_->events(caller_, id, 0, 1000);
    if (events) {
      for (const auto& event : *events) kinds.insert(event.kind);
    }
    return kinds;
  }

  os::SystemClock clock_;
  os::SystemRandom random_;
  NoProber prober_;
  std::filesystem::path directory_;
  std::unique_ptr<logs::LogStore> logs_;
  Caller caller_;
  std::unique_ptr<engine::MockEngine> engine_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ControlPlane> plane_;
  std::unique_ptr<FakeGateway> gateway_;
  std::unique_ptr<Deployments> use_cases_;
};

using Ids = std::set<std::string>;

TEST_F(ControlPlaneTest, deploys_and_routes_what_is_created) {
  start_control();
  // What was there at the start is not told again.
  ASSERT_TRUE(eventually([&] { return plane_->ready(); }));
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  EXPECT_EQ(status("iris").reason, "2 of 2 replicas ready");
  EXPECT_EQ(status("iris").serving_revision, 1);
  EXPECT_EQ(gateway_->replicas("iris"), (Ids{"iris-r1-0", "iris-r1-1"}));
  const auto replicas = use_cases_->replicas(caller_, "iris");
  ASSERT_TRUE(replicas);
  EXPECT_EQ(replicas->size(), 2u);
  const auto kinds = event_kinds("iris");
  EXPECT_EQ(kinds.count("pulled"), 1u);
  EXPECT_EQ(kinds.count("started"), 2u);
  EXPECT_EQ(kinds.count("ready"), 2u);
  EXPECT_EQ(kinds.count("routed"), 1u);
}

TEST_F(ControlPlaneTest, keeps_a_full_set_serving_through_an_update) {
  start_control();
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  std::atomic<bool> done{false};
  std::atomic<size_t> fewest{99};
  std::thread watcher([&] {
    while (!done) {
      fewest = std::min(fewest.load(), gateway_->replicas("iris").size());
      std::this_thread::yield();
    }
  });
  update_image("iris", "mock/slow:100ms");
  EXPECT_TRUE(eventually([&] {
    return status("iris").phase == Phase::kDeployed && status("iris").serving_revision == 2;
  }));
  EXPECT_TRUE(eventually([&] { return running() == (Ids{"iris-r2-0", "iris-r2-1"}); }));
  done = true;
  watcher.join();
  EXPECT_GE(fewest.load(), 2u);
  EXPECT_EQ(gateway_->replicas("iris"), (Ids{"iris-r2-0", "iris-r2-1"}));
}

TEST_F(ControlPlaneTest, leaves_the_old_revision_serving_when_the_new_image_is_missing) {
  start_control();
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  update_image("iris", "mock/missing");
  ASSERT_TRUE(reaches("iris", Phase::kFailed));
  EXPECT_THAT(status("iris").reason, HasSubstr("mock/missing"));
  EXPECT_THAT(status("iris").reason, HasSubstr("revision 1 goes on serving"));
  EXPECT_EQ(status("iris").serving_revision, 1);
  EXPECT_EQ(gateway_->replicas("iris"), (Ids{"iris-r1-0", "iris-r1-1"}));

  update_image("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed)) << "a good image mends it";
  EXPECT_TRUE(eventually([&] { return running() == (Ids{"iris-r3-0", "iris-r3-1"}); }));
}

TEST_F(ControlPlaneTest, names_the_crash_and_its_last_words_while_the_old_revision_serves) {
  start_control();
  create("iris", "mock/ok", 1);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  update_image("iris", "mock/crash");
  ASSERT_TRUE(reaches("iris", Phase::kFailed));
  const auto failed = status("iris");
  EXPECT_THAT(failed.reason, HasSubstr("replica iris-r2-0 exits with code 1"));
  ASSERT_TRUE(failed.trouble);
  EXPECT_EQ(failed.trouble->replica, "iris-r2-0");
  EXPECT_EQ(gateway_->replicas("iris"), Ids{"iris-r1-0"});
  EXPECT_GE(event_kinds("iris").count("failed"), 1u);
}

TEST_F(ControlPlaneTest, recovers_by_itself_from_an_image_that_crashes_at_first) {
  start_control();
  create("iris", "mock/crash:4", 1);
  ASSERT_TRUE(reaches("iris", Phase::kFailed));
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  EXPECT_EQ(gateway_->replicas("iris"), Ids{"iris-r1-0"});
}

TEST_F(ControlPlaneTest, says_that_memory_ran_out_and_how_much_there_was) {
  start_control();
  create("iris", "mock/oom", 1);
  ASSERT_TRUE(reaches("iris", Phase::kFailed));
  EXPECT_THAT(status("iris").reason, HasSubstr("was killed: out of memory (limit 1 GiB)"));
}

TEST_F(ControlPlaneTest, takes_a_group_down_that_is_switched_off_and_brings_it_back) {
  start_control();
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  set_group([](domain::Group& group) { group.deployment_enabled = false; });
  ASSERT_TRUE(eventually([&] { return running().empty(); }));
  ASSERT_TRUE(eventually([&] {
    return status("iris").reason == "Model Deployment is not enabled for group 'lab'";
  })) << status("iris").reason;
  EXPECT_EQ(status("iris").phase, Phase::kFailed);
  EXPECT_EQ(gateway_->replicas("iris"), Ids{});
  const auto route = gateway_->snapshot();
  ASSERT_NE(route->find("iris"), nullptr);
  EXPECT_THAT(route->find("iris")->reason, HasSubstr("not enabled for group 'lab'"));
  set_group([](domain::Group& group) { group.deployment_enabled = true; });
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  EXPECT_EQ(running(), (Ids{"iris-r1-0", "iris-r1-1"}));
}

TEST_F(ControlPlaneTest, starts_nothing_beyond_a_quota_that_was_lowered_after_the_acceptance) {
  insert("second", 2);
  insert("first", 1);
  set_group([](domain::Group& group) { group.quota.cpu_millis = 2000; });
  start_control();
  ASSERT_TRUE(reaches("first", Phase::kDeployed));
  ASSERT_TRUE(eventually([&] {
    return status("second").reason.find("waits: group 'lab' may use 2 CPU") != std::string::npos;
  })) << status("second").reason;
  EXPECT_EQ(running(), (Ids{"first-r1-0", "first-r1-1"}));
  ASSERT_TRUE(use_cases_->stop(caller_, "first", std::nullopt));
  ASSERT_TRUE(reaches("second", Phase::kDeployed));
  EXPECT_EQ(running(), (Ids{"second-r1-0", "second-r1-1"}));
}

TEST_F(ControlPlaneTest, updates_one_at_a_time_within_a_quota_without_headroom) {
  start_control();
  create("iris", "mock/ok");
  set_group([](domain::Group& group) { group.quota.cpu_millis = 2000; });
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  std::atomic<bool> done{false};
  std::atomic<size_t> most{0};
  std::thread watcher([&] {
    while (!done) {
      most = std::max(most.load(), running().size());
      std::this_thread::yield();
    }
  });
  update_image("iris", "mock/slow:50ms");
  EXPECT_TRUE(eventually([&] { return running() == (Ids{"iris-r2-0", "iris-r2-1"}); }));
  EXPECT_TRUE(reaches("iris", Phase::kDeployed));
  done = true;
  watcher.join();
  EXPECT_EQ(most.load(), 2u);
}

TEST_F(ControlPlaneTest, replaces_a_replica_that_dies) {
  start_control();
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  const int starts = engine_->starts_so_far();
  ASSERT_TRUE(engine_->kill({"iris", 1, 1}));
  ASSERT_TRUE(eventually([&] { return engine_->starts_so_far() > starts; }));
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  EXPECT_TRUE(eventually([&] {
    return gateway_->replicas("iris") == (Ids{"iris-r1-0", "iris-r1-1"});
  }));
}

TEST_F(ControlPlaneTest, takes_an_unready_replica_out_of_the_routes_and_back) {
  start_control();
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  ASSERT_TRUE(engine_->set_ready({"iris", 1, 0}, false));
  EXPECT_TRUE(eventually([&] { return gateway_->replicas("iris") == Ids{"iris-r1-1"}; }));
  ASSERT_TRUE(reaches("iris", Phase::kDeploying));
  ASSERT_TRUE(engine_->set_ready({"iris", 1, 0}, true));
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
}

TEST_F(ControlPlaneTest, stops_starts_and_deletes_and_leaves_nothing) {
  start_control();
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  ASSERT_TRUE(use_cases_->stop(caller_, "iris", std::nullopt));
  ASSERT_TRUE(reaches("iris", Phase::kStopped));
  EXPECT_EQ(running(), Ids{});
  EXPECT_EQ(gateway_->snapshot()->find("iris")->state, snapshot::RouteState::kStopped);

  ASSERT_TRUE(use_cases_->start(caller_, "iris", std::nullopt));
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));

  ASSERT_TRUE(use_cases_->remove(caller_, "iris", "iris", std::nullopt));
  const auto in_store = [&] {
    const auto row = store_->read(
        [](store::ReadTransaction& tx) { return store::deployments::find(tx, "iris"); });
    return row && row->has_value();
  };
  EXPECT_TRUE(eventually([&] { return !in_store(); }));
  EXPECT_EQ(running(), Ids{});
  EXPECT_EQ(gateway_->snapshot()->find("iris"), nullptr);
  create("iris", "mock/ok", 1);
  EXPECT_TRUE(reaches("iris", Phase::kDeployed)) << "the id is free again";
}

TEST_F(ControlPlaneTest, an_update_of_a_stopped_deployment_starts_only_the_new_revision) {
  start_control();
  create("iris", "mock/ok", 1);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  ASSERT_TRUE(use_cases_->stop(caller_, "iris", std::nullopt));
  ASSERT_TRUE(reaches("iris", Phase::kStopped));
  const int starts = engine_->starts_so_far();
  update_image("iris", "mock/slow:50ms");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  EXPECT_EQ(engine_->starts_so_far(), starts + 1);
}

TEST_F(ControlPlaneTest, scales_without_restarting_anything) {
  start_control();
  create("iris", "mock/ok", 1);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  SpecPatch patch;
  patch.replicas = 3;
  update("iris", patch);
  EXPECT_TRUE(eventually([&] {
    return status("iris").phase == Phase::kDeployed && status("iris").serving_revision == 2;
  }));
  EXPECT_EQ(running(), (Ids{"iris-r1-0", "iris-r1-1", "iris-r1-2"}));
  EXPECT_EQ(engine_->starts_so_far(), 3);
  patch.replicas = 1;
  update("iris", patch);
  EXPECT_TRUE(eventually([&] { return running() == Ids{"iris-r1-0"}; }));
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  EXPECT_EQ(engine_->starts_so_far(), 3);
}

TEST_F(ControlPlaneTest, overtakes_an_update_that_is_under_way) {
  start_control();
  create("iris", "mock/ok");
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  update_image("iris", "mock/never-ready");
  ASSERT_TRUE(eventually([&] { return running().contains("iris-r2-0"); }));
  update_image("iris", "mock/slow:20ms");
  ASSERT_TRUE(eventually([&] {
    return status("iris").phase == Phase::kDeployed && status("iris").serving_revision == 3;
  }));
  EXPECT_TRUE(eventually([&] { return running() == (Ids{"iris-r3-0", "iris-r3-1"}); }));
}

TEST_F(ControlPlaneTest, reports_an_engine_that_is_away_and_recovers) {
  start_control();
  create("iris", "mock/ok", 1);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  engine_->go_down();
  create("rose", "mock/ok", 1);
  EXPECT_TRUE(eventually([&] {
    return status("rose").reason.starts_with("0 of 1 replica ready: ") &&
           status("iris").reason.starts_with("1 of 1 replica ready; ");
  })) << status("rose").reason
      << " / " << status("iris").reason;
  EXPECT_EQ(status("iris").phase, Phase::kDeployed) << "it serves all the same";
  EXPECT_EQ(gateway_->replicas("iris"), Ids{"iris-r1-0"});
  engine_->come_back();
  EXPECT_TRUE(reaches("rose", Phase::kDeployed));
  EXPECT_TRUE(eventually([&] { return status("iris").reason == "1 of 1 replica ready"; }));
}

TEST_F(ControlPlaneTest, converges_when_every_event_is_lost) {
  start_control();
  engine_->lose_events(1'000'000);
  create("iris", "mock/slow:200ms");
  EXPECT_TRUE(reaches("iris", Phase::kDeployed));
}

TEST_F(ControlPlaneTest, retries_starts_and_stops_that_the_engine_refuses) {
  start_control();
  engine_->fail_next_start({.code = ErrorCode::kInternal, .message = "no space left"});
  create("iris", "mock/ok", 1);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  engine_->fail_next_stop({.code = ErrorCode::kInternal, .message = "busy"});
  ASSERT_TRUE(use_cases_->stop(caller_, "iris", std::nullopt));
  ASSERT_TRUE(reaches("iris", Phase::kStopped));
  EXPECT_EQ(running(), Ids{});
}

TEST_F(ControlPlaneTest, a_restart_adopts_what_runs_and_routes_to_it_from_the_first_snapshot) {
  start_control();
  create("iris", "mock/ok");
  create("rose", "mock/ok", 1);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  ASSERT_TRUE(reaches("rose", Phase::kDeployed));
  const auto before = engine_->observe();
  const snapshot::Ack ack = gateway_->ack();
  const uint64_t version = gateway_->snapshot()->version;
  const int starts = engine_->starts_so_far();
  end_control();
  store_.reset();
  open_store();

  start_control(ack);
  ASSERT_TRUE(eventually([&] { return gateway_->first() != nullptr; }));
  const auto first = gateway_->first();
  EXPECT_GT(first->version, version);
  ASSERT_NE(first->find("iris"), nullptr);
  EXPECT_EQ(first->find("iris")->replicas.size(), 2u);
  ASSERT_NE(first->find("rose"), nullptr);
  EXPECT_EQ(first->find("rose")->replicas.size(), 1u);
  EXPECT_EQ(status("iris").phase, Phase::kDeployed);
  EXPECT_EQ(engine_->starts_so_far(), starts);
  const auto after = engine_->observe();
  ASSERT_TRUE(before && after);
  EXPECT_EQ(*before, *after) << "the same replicas, untouched";
}

TEST_F(ControlPlaneTest, a_restart_finishes_what_was_under_way_and_removes_orphans) {
  start_control();
  create("iris", "mock/ok", 1);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  end_control();
  engine::ReplicaSpec orphan;
  orphan.key = {"nobody", 1, 0};
  orphan.image = "mock/ok";
  ASSERT_TRUE(engine_->start(orphan));
  ASSERT_TRUE(engine_->kill({"iris", 1, 0}));
  start_control();
  EXPECT_TRUE(eventually([&] { return running() == Ids{"iris-r1-0"}; }));
  EXPECT_TRUE(eventually([&] { return gateway_->replicas("iris") == Ids{"iris-r1-0"}; }));
  EXPECT_TRUE(reaches("iris", Phase::kDeployed));
}

TEST_F(ControlPlaneTest, publishes_nothing_before_the_engine_has_said_what_runs) {
  engine_->go_down();
  start_control();
  create("iris", "mock/ok", 1);
  EXPECT_TRUE(eventually([&] { return !status("iris").reason.empty(); }));
  EXPECT_EQ(plane_->feed().current(), nullptr);
  EXPECT_FALSE(plane_->ready());
  engine_->come_back();
  EXPECT_TRUE(reaches("iris", Phase::kDeployed));
  EXPECT_TRUE(plane_->ready());
}

TEST_F(ControlPlaneTest, does_not_say_deployed_while_a_gateway_is_behind) {
  start_control();
  snapshot::Ack slow{
      .gateway_id = "slow", .control_id = "", .adopted_version = 0, .oldest_in_use_version = 0};
  acknowledge(slow);
  create("iris", "mock/ok", 1);
  ASSERT_TRUE(eventually(
      [&] { return status("iris").reason.find("not every gateway") != std::string::npos; }));
  EXPECT_EQ(status("iris").phase, Phase::kDeploying);
  const auto current = plane_->feed().current();
  slow.control_id = current->control_id;
  slow.adopted_version = slow.oldest_in_use_version = current->version;
  acknowledge(slow);
  EXPECT_TRUE(reaches("iris", Phase::kDeployed));
}

TEST_F(ControlPlaneTest, publishes_a_change_of_clients_though_no_replica_changed) {
  start_control();
  const auto clients = make_clients({*store_, clock_, random_});
  create("iris", "mock/ok", 1, /*private_access=*/true);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  const auto routed = [&]() -> std::vector<snapshot::Client> {
    const auto snapshot = gateway_->snapshot();
    const snapshot::Route* route = snapshot ? snapshot->find("iris") : nullptr;
    return route != nullptr ? route->clients : std::vector<snapshot::Client>{};
  };
  EXPECT_EQ(gateway_->snapshot()->find("iris")->access, snapshot::Access::kPrivate);
  EXPECT_TRUE(routed().empty());
  const auto starts_before = running();

  const auto bot = clients->add(caller_, "iris", {.name = "bot"});
  ASSERT_TRUE(bot);
  ASSERT_TRUE(eventually([&] { return routed().size() == 1; }));
  const auto known = snapshot::token_digest(bot->token, gateway_->snapshot()->digest_key);
  EXPECT_EQ(routed()[0].digest, known);

  ASSERT_TRUE(clients->rotate(caller_, "iris", "bot", seconds(60)));
  ASSERT_TRUE(eventually([&] { return routed()[0].previous_digest == known; }));
  ASSERT_TRUE(clients->remove(caller_, "iris", "bot"));
  EXPECT_TRUE(eventually([&] { return routed().empty(); }));
  EXPECT_EQ(running(), starts_before);
  EXPECT_EQ(status("iris").phase, Phase::kDeployed);
}

TEST_F(ControlPlaneTest, publishes_a_change_of_clients_while_the_engine_is_away) {
  start_control();
  const auto clients = make_clients({*store_, clock_, random_});
  create("iris", "mock/ok", 1, /*private_access=*/true);
  ASSERT_TRUE(reaches("iris", Phase::kDeployed));
  ASSERT_TRUE(clients->add(caller_, "iris", {.name = "bot"}));
  const auto known = [&] { return gateway_->snapshot()->find("iris")->clients.size(); };
  ASSERT_TRUE(eventually([&] { return known() == 1; }));
  engine_->go_down();
  ASSERT_TRUE(
      eventually([&] { return status("iris").reason.starts_with("1 of 1 replica ready; "); }));
  ASSERT_TRUE(clients->remove(caller_, "iris", "bot"));
  EXPECT_TRUE(eventually([&] { return known() == 0; }));
  EXPECT_EQ(gateway_->replicas("iris").size(), 1u);
}

TEST_F(ControlPlaneTest, deploys_two_hundred_at_once) {
  start_control();
  constexpr int kMany = 200;
  for (int i = 0; i < kMany; ++i) create("many-" + std::to_string(i), "mock/ok", 1);
  for (int i = 0; i < kMany; ++i) {
    ASSERT_TRUE(reaches("many-" + std::to_string(i), Phase::kDeployed));
  }
  EXPECT_EQ(engine_->starts_so_far(), kMany);
}

}  // namespace
}  // namespace slipway::control
