// The collector over the mock engine, followed (as containers are) and looked at in turn.
#include "control/log_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "engine/mock/mock_engine.h"
#include "logs/merged_reader.h"
#include "os/system_clock.h"
#include "os/temporary_directory_test.h"

namespace slipway::control {
namespace {

using domain::ReplicaKey;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// The mock engine, said to be slow to ask: so that replicas are followed.
class SlowToAsk final : public engine::ReplicaEngine {
 public:
  explicit SlowToAsk(engine::ReplicaEngine& inner) : inner_(inner) {}
  engine::Capabilities capabilities() const override {
    auto capabilities = inner_.capabilities();
    capabilities.quick_logs = false;
    return capabilities;
  }
  Result<void> ping() override { return inner_.ping(); }
  Result<engine::Capacity> capacity() override { return inner_.capacity(); }
  Result<void> ensure_image(const std::string& image,
                            const engine::CredentialLookup& credentials) override {
    return inner_.ensure_image(image, credentials);
  }
  engine::ImageSight find_image(const std::string& image,
                                const engine::CredentialLookup& credentials) override {
    return inner_.find_image(image, credentials);
  }
  Result<void> start(const engine::ReplicaSpec& spec) override { return inner_.start(spec); }
  Result<void> stop(const ReplicaKey& key, seconds grace,
                    const std::function<void()>& before_removal) override {
    return inner_.stop(key, grace, before_removal);
  }
  Result<std::vector<engine::ObservedReplica>> observe() override { return inner_.observe(); }
  Result<std::vector<engine::ReplicaResources>> resources() override { return inner_.resources(); }
  std::unique_ptr<engine::Watch> watch(std::function<void()> on_hint) override {
    return inner_.watch(std::move(on_hint));
  }
  Result<void> logs(const ReplicaKey& key, const engine::LogQuery& query,
                    const engine::LogSink& sink) override {
    if (query.follow) ++following;
    auto done = inner_.logs(key, query, sink);
    if (query.follow) --following;
    return done;
  }
  std::atomic<int> following{0};

 private:
  engine::ReplicaEngine& inner_;
};

class LogCollectorTest : public testing::TestWithParam<bool> {
 protected:
  LogCollectorTest() { open(); }
  ~LogCollectorTest() override { collector_.reset(); }

  bool follows() const { return GetParam(); }
  void open(size_t followers = 8) {
    engine::ReplicaEngine& engine =
        follows() ? static_cast<engine::ReplicaEngine&>(slow_) : *engine_;
    collector_ = std::make_unique<LogCollector>(LogCollectorParts{
        .engine = engine,
        .store = store_,
        .owner_of = [this](const std::string& id) -> std::optional<logs::LogOwner> {
          if (id != "iris" || forgotten_) return std::nullopt;
          return owner_;
        },
        .clock = clock_,
        .logger = Logger::silent(),
        .followers = followers});
  }
  void start(const ReplicaKey& key, const std::string& image = "mock/ok:1") {
    engine::ReplicaSpec spec;
    spec.key = key;
    spec.image = image;
    const auto started = engine_->start(spec);
    ASSERT_TRUE(started) << started.error().message;
    see();
  }
  void see() { collector_->see(*engine_->observe()); }
  void stop(const ReplicaKey& key) {
    const bool by_itself = collector_->has_exited(key);
    ASSERT_TRUE(engine_->stop(key, seconds(1), [&] { collector_->finish(key, by_itself); }));
    see();
  }
  void say(int from, int to) {
    for (int i = from; i <= to; ++i) ASSERT_TRUE(engine_->say(kKey, "line " + std::to_string(i)));
  }
  std::vector<std::string> stored(const ReplicaKey& key = kKey, uint8_t streams = 0b0011) {
    std::vector<std::string> texts;
    logs::MergedReader reader(store_.folder_of(owner_),
                              {.replicas = {key.id()}, .filter = {.streams = streams}});
    EXPECT_TRUE(reader.start());
    EXPECT_TRUE(reader.read([&](const std::string&, const logs::NumberedLine& line) {
      texts.emplace_back(line.line.text);
      return true;
    }));
    return texts;
  }
  static std::vector<std::string> lines(int from, int to) {
    std::vector<std::string> texts = {"started mock/ok:1"};
    for (int i = from; i <= to; ++i) texts.push_back("line " + std::to_string(i));
    return texts;
  }
  template <typename Condition>
  static bool eventually(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }

  static inline const ReplicaKey kKey{"iris", 1, 0};
  os::TemporaryDirectory directory_;
  os::SystemClock clock_;
  const logs::LogOwner owner_{"iris", from_unix_micros(1), "Iris", "lab"};
  bool forgotten_ = false;
  std::unique_ptr<engine::MockEngine> engine_ = engine::MockEngine::create(clock_).value();
  SlowToAsk slow_{*engine_};
  static constexpr uint64_t kFloor = 1'000'000;
  static constexpr uint64_t kPlenty = uint64_t{1} << 40;
  std::atomic<uint64_t> free_space_{kPlenty};
  logs::LogStore store_{{.root = directory_.path() / "logs",
                         .free_floor = kFloor,
                         .free_space = [this] { return free_space_.load(); }}};
  std::unique_ptr<LogCollector> collector_;
};

TEST_P(LogCollectorTest, stores_what_a_replica_says_as_it_says_it) {
  start(kKey);
  say(1, 3);
  EXPECT_TRUE(eventually([&] { return stored() == lines(1, 3); }));
  say(4, 5);
  EXPECT_TRUE(eventually([&] { return stored() == lines(1, 5); }));
}

TEST_P(LogCollectorTest, the_last_words_are_stored_before_a_replica_is_removed) {
  start(kKey);
  say(1, 500);
  stop(kKey);
  std::vector<std::string> expected = lines(1, 500);
  expected.emplace_back("exiting with status 143");
  EXPECT_EQ(stored(), expected);
  EXPECT_THAT(stored(kKey, logs::bit_of(logs::Stream::kEvent)), ElementsAre("stopped"));
}

TEST_P(LogCollectorTest, a_replica_that_crashes_five_times_keeps_six_logs) {
  for (int run = 1; run <= 6; ++run) {
    start(kKey);
    say(run, run);
    if (run == 6) break;
    ASSERT_TRUE(engine_->kill(kKey, 9));
    see();
    stop(kKey);
  }
  EXPECT_TRUE(eventually([&] { return stored().size() == 17; }));
  const auto all = stored();
  for (int run = 1; run <= 6; ++run) {
    EXPECT_EQ(std::count(all.begin(), all.end(), "line " + std::to_string(run)), 1) << run;
  }
  EXPECT_THAT(stored(kKey, logs::bit_of(logs::Stream::kEvent)),
              ElementsAre("exited with status 9", "exited with status 9", "exited with status 9",
                          "exited with status 9", "exited with status 9"));
  EXPECT_EQ(logs::list_segments(store_.folder_of(owner_) / kKey.id()).back().run, 6u);
}

TEST_P(LogCollectorTest, goes_on_after_a_restart_without_gap_or_double) {
  start(kKey);
  int said = 0;
  for (int round = 0; round < 8; ++round) {
    say(said + 1, said + 50);
    said += 50;
    // Ended at any moment, also before it has read a line.
    if (round % 2 == 0) {
      ASSERT_TRUE(eventually([&] { return stored().size() > static_cast<size_t>(said) - 30; }));
    }
    collector_.reset();
    say(said + 1, said + 10);
    said += 10;
    open();
    see();
  }
  EXPECT_TRUE(eventually([&] { return stored() == lines(1, said); })) << stored().size();
}

TEST_P(LogCollectorTest, more_replicas_than_followers_are_all_stored) {
  collector_.reset();
  open(2);
  for (int ordinal = 0; ordinal < 40; ++ordinal) start({"iris", 1, ordinal});
  for (int ordinal = 0; ordinal < 40; ++ordinal) {
    ASSERT_TRUE(engine_->say({"iris", 1, ordinal}, "mine " + std::to_string(ordinal)));
  }
  for (int ordinal = 0; ordinal < 40; ++ordinal) {
    EXPECT_TRUE(eventually([&] {
      const auto texts = stored({"iris", 1, ordinal});
      return texts.size() == 2 && texts[1] == "mine " + std::to_string(ordinal);
    })) << ordinal;
  }
  EXPECT_LE(slow_.following, 2);
}

TEST_P(LogCollectorTest, closes_the_logs_of_replicas_that_went_while_nobody_looked) {
  start(kKey);
  ASSERT_TRUE(eventually([&] { return stored() == lines(1, 0); }));
  collector_.reset();
  ASSERT_TRUE(engine_->stop(kKey, seconds(1)));
  open();
  see();
  const auto folder = store_.folder_of(owner_) / kKey.id();
  EXPECT_TRUE(eventually([&] {
    const auto files = logs::list_segments(folder);
    return files.size() == 1 && files[0].kind == logs::SegmentKind::kSealed;
  }));
  EXPECT_EQ(stored(), lines(1, 0));
}

TEST_P(LogCollectorTest, a_full_disk_pauses_and_loses_nothing_that_the_engine_still_has) {
  free_space_ = 0;
  start(kKey);
  ASSERT_TRUE(eventually([&] { return store_.disk().paused(); }));
  say(1, 5);
  free_space_ = kPlenty;
  EXPECT_TRUE(eventually([&] { return stored() == lines(1, 5); }));
}

TEST_P(LogCollectorTest, what_belongs_to_nobody_harms_nobody) {
  start({"stranger", 1, 0});
  start(kKey);
  say(1, 2);
  EXPECT_TRUE(eventually([&] { return stored() == lines(1, 2); }));
  EXPECT_THAT(store_.owners_of("stranger"), IsEmpty());
  stop({"stranger", 1, 0});
}

TEST_P(LogCollectorTest, two_who_close_the_same_log_do_it_one_after_the_other) {
  constexpr int kRounds = 10;
  for (int round = 1; round <= kRounds; ++round) {
    start(kKey);
    say(round, round);
    ASSERT_TRUE(eventually([&] {
      see();  // again, as long as the one before is being closed
      const auto all = stored();
      return std::count(all.begin(), all.end(), "line " + std::to_string(round)) == 1;
    }));
    ASSERT_TRUE(engine_->kill(kKey, 9));
    std::thread stopping([&] { collector_->finish(kKey, true); });
    collector_->see({});
    stopping.join();
    ASSERT_TRUE(engine_->stop(kKey, seconds(1)));
    collector_->see({});
  }
  const auto all = stored();
  for (int round = 1; round <= kRounds; ++round) {
    EXPECT_EQ(std::count(all.begin(), all.end(), "line " + std::to_string(round)), 1) << round;
  }
}

TEST_P(LogCollectorTest, notes_stand_beside_the_replicas) {
  collector_->note("iris", logs::Stream::kPull, "pulling mock/ok:1");
  collector_->note("iris", logs::Stream::kPull, "mock/ok:1 is here");
  EXPECT_THAT(store_.sources_in(store_.folder_of(owner_)), ElementsAre(kDeploymentLog));
}

INSTANTIATE_TEST_SUITE_P(Replicas, LogCollectorTest, testing::Bool(), [](const auto& param) {
  return param.param ? std::string("followed") : std::string("looked_at_in_turn");
});

}  // namespace
}  // namespace slipway::control
