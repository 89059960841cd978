#include "engine/mock/mock_engine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace slipway::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class HandClock final : public Clock {
 public:
  Timestamp now() const override { return from_unix_micros(micros_.load()); }
  Monotonic monotonic() const override {
    return Monotonic{std::chrono::microseconds(micros_.load())};
  }
  void advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  std::atomic<int64_t> micros_{1'000'000'000};
};

ReplicaSpec spec_of(const std::string& image, int ordinal = 0) {
  ReplicaSpec spec;
  spec.key = {"model", 1, ordinal};
  spec.image = image;
  return spec;
}

class MockEngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "slipway-mock-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    open();
  }
  void TearDown() override {
    engine_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    engine_.reset();
    MockEngineOptions options;
    options.journal = folder_ / "journal";
    auto engine = MockEngine::create(clock_, options);
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
  }
  ObservedReplica only() {
    const auto all = engine_->observe();
    EXPECT_TRUE(all && all->size() == 1);
    return all && !all->empty() ? all->front() : ObservedReplica{};
  }

  HandClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<MockEngine> engine_;
};

TEST_F(MockEngineTest, a_slow_image_is_ready_when_its_time_has_come) {
  ASSERT_TRUE(engine_->start(spec_of("mock/slow:500ms")));
  EXPECT_EQ(only().ready, false);
  clock_.advance(milliseconds(499));
  EXPECT_EQ(only().ready, false);
  clock_.advance(milliseconds(1));
  EXPECT_EQ(only().ready, true);
}

TEST_F(MockEngineTest, never_ready_never_gets_ready) {
  ASSERT_TRUE(engine_->start(spec_of("mock/never-ready")));
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(only().ready, false);
  EXPECT_EQ(only().state, RunState::kRunning);
}

TEST_F(MockEngineTest, a_crashing_image_runs_after_so_many_crashes) {
  for (int crash = 0; crash < 3; ++crash) {
    ASSERT_TRUE(engine_->start(spec_of("mock/crash:3")));
    EXPECT_EQ(only().state, RunState::kExited) << crash;
    EXPECT_EQ(only().exit_code, 1);
    ASSERT_TRUE(engine_->stop(spec_of("").key, seconds(0)));
  }
  ASSERT_TRUE(engine_->start(spec_of("mock/crash:3")));
  EXPECT_EQ(only().state, RunState::kRunning);
  EXPECT_EQ(only().ready, true);
}

TEST_F(MockEngineTest, exits_after_its_time_with_the_time_at_which_it_was_due) {
  ASSERT_TRUE(engine_->start(spec_of("mock/exit-after:2s")));
  const Timestamp started = only().started_at;
  clock_.advance(seconds(10));
  EXPECT_EQ(only().state, RunState::kExited);
  EXPECT_EQ(only().finished_at, started + seconds(2));
}

TEST_F(MockEngineTest, an_out_of_memory_end_is_told_as_such) {
  ASSERT_TRUE(engine_->start(spec_of("mock/oom")));
  EXPECT_TRUE(only().out_of_memory);
  EXPECT_EQ(only().exit_code, 137);
}

TEST_F(MockEngineTest, scripted_failures_hit_the_next_calls_only) {
  engine_->fail_next_start(Error{ErrorCode::kUnavailable, "scripted", {}});
  engine_->fail_next_stop(Error{ErrorCode::kInternal, "scripted", {}});
  EXPECT_FALSE(engine_->start(spec_of("mock/ok")));
  EXPECT_TRUE(engine_->observe()->empty());
  EXPECT_TRUE(engine_->start(spec_of("mock/ok")));
  EXPECT_FALSE(engine_->stop(spec_of("").key, seconds(0)));
  EXPECT_TRUE(engine_->stop(spec_of("").key, seconds(0)));
}

TEST_F(MockEngineTest, lost_events_raise_no_hint_but_are_observed) {
  std::atomic<int> hints{0};
  const auto watch = engine_->watch([&] { ++hints; });
  engine_->lose_events(2);
  ASSERT_TRUE(engine_->start(spec_of("mock/ok")));
  ASSERT_TRUE(engine_->kill(spec_of("").key));
  EXPECT_EQ(hints, 0);
  EXPECT_EQ(only().state, RunState::kExited);
  ASSERT_TRUE(engine_->stop(spec_of("").key, seconds(0)));
  EXPECT_EQ(hints, 1);
}

TEST_F(MockEngineTest, an_unreachable_registry_is_not_a_missing_image) {
  EXPECT_EQ(engine_->ensure_image("mock/unreachable", {}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(engine_->ensure_image("mock/missing", {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(engine_->ensure_image("mock/nonsense", {}).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(engine_->ensure_image("registry.example/any:1", {}));
}

TEST_F(MockEngineTest, what_runs_and_what_has_exited_outlives_the_object) {
  ASSERT_TRUE(engine_->start(spec_of("mock/ok", 0)));
  ASSERT_TRUE(engine_->start(spec_of("mock/ok", 1)));
  ASSERT_TRUE(engine_->start(spec_of("mock/ok", 2)));
  ASSERT_TRUE(engine_->kill(spec_of("", 1).key, 9));
  ASSERT_TRUE(engine_->stop(spec_of("", 2).key, seconds(0)));
  const auto before = engine_->observe();
  open();
  const auto after = engine_->observe();
  ASSERT_TRUE(before && after);
  EXPECT_EQ(*before, *after);
}

TEST_F(MockEngineTest, a_torn_last_line_of_the_journal_is_dropped) {
  ASSERT_TRUE(engine_->start(spec_of("mock/ok", 0)));
  engine_.reset();
  {
    std::ofstream journal(folder_ / "journal", std::ios::app);
    journal << R"({"event":"start","key":{"depl)";
  }
  open();
  EXPECT_EQ(only().key.ordinal, 0);
  ASSERT_TRUE(engine_->start(spec_of("mock/ok", 1)));
  open();
  EXPECT_EQ(engine_->observe()->size(), 2u);
}

TEST_F(MockEngineTest, a_journal_of_another_form_is_refused_by_name) {
  engine_.reset();
  std::ofstream(folder_ / "journal") << "{\"hello\":1}\n";
  MockEngineOptions options;
  options.journal = folder_ / "journal";
  const auto engine = MockEngine::create(clock_, options);
  ASSERT_FALSE(engine);
  EXPECT_NE(engine.error().message.find("journal"), std::string::npos);
}

TEST_F(MockEngineTest, the_journal_does_not_grow_for_ever) {
  for (int round = 0; round < 3000; ++round) {
    ASSERT_TRUE(engine_->start(spec_of("mock/ok")));
    ASSERT_TRUE(engine_->stop(spec_of("").key, seconds(0)));
  }
  EXPECT_LT(std::filesystem::file_size(folder_ / "journal"), 4200u * 250u);
}

TEST_F(MockEngineTest, ten_thousand_replicas_are_observed_at_once) {
  for (int ordinal = 0; ordinal < 10'000; ++ordinal) {
    ASSERT_TRUE(engine_->start(spec_of("mock/ok", ordinal)));
  }
  EXPECT_EQ(engine_->observe()->size(), 10'000u);
  open();
  EXPECT_EQ(engine_->observe()->size(), 10'000u);
}

}  // namespace
}  // namespace slipway::engine
