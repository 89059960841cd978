// The tests of EngineContract, for whichever engines the program instantiates it with.

#include "engine/contract_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace slipway::engine {

using std::chrono::milliseconds;
using std::chrono::seconds;

void EngineContract::SetUp() {
  std::string why_not;
  under_test_ = GetParam().make(&why_not);
  if (!under_test_) GTEST_SKIP() << GetParam().name << ": " << why_not;
  engine_ = under_test_->open();
  ASSERT_NE(engine_, nullptr);
  deployment_ =
      fmt::format("contract-{}", ::testing::UnitTest::GetInstance()->random_seed() + 10000);
}

void EngineContract::TearDown() {
  if (!engine_) return;
  auto all = engine_->observe();
  if (all) {
    for (const ObservedReplica& replica : *all) {
      const auto stopped = engine_->stop(replica.key, seconds(0));
      EXPECT_TRUE(stopped) << stopped.error().message;
    }
  }
  engine_.reset();
  EXPECT_EQ(under_test_->leftovers(), "");
}

ReplicaSpec EngineContract::spec_for(const std::string& image, int ordinal) const {
  ReplicaSpec spec;
  spec.key = {deployment_, 1, ordinal};
  spec.image = image;
  spec.environment = {{"SLIPWAY_TEST", "yes"}};
  spec.cpu_millis = 500;
  spec.memory_bytes = int64_t{128} * 1024 * 1024;
  spec.pids_limit = 64;
  under_test_->prepare(spec);
  return spec;
}

std::optional<ObservedReplica> EngineContract::find(const domain::ReplicaKey& key) {
  const auto all = engine_->observe();
  if (!all) return std::nullopt;
  for (const ObservedReplica& replica : *all) {
    if (replica.key == key) return replica;
  }
  return std::nullopt;
}

::testing::AssertionResult EngineContract::eventually(const std::function<bool()>& good,
                                                      seconds deadline) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (!good()) {
    if (std::chrono::steady_clock::now() > until) {
      return ::testing::AssertionFailure() << "not within " << deadline.count() << " s";
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
  return ::testing::AssertionSuccess();
}

std::optional<ObservedReplica> EngineContract::wait_for_state(const domain::ReplicaKey& key,
                                                              RunState state) {
  std::optional<ObservedReplica> found;
  const auto reached = eventually([&] {
    found = find(key);
    return found && found->state == state && (state != RunState::kRunning || !found->host.empty());
  });
  EXPECT_TRUE(reached) << "replica " << key.id() << " did not reach the state";
  return reached ? found : std::nullopt;
}

void EngineContract::wait_for_environment(const ObservedReplica& replica) {
  EXPECT_TRUE(
      eventually([&] { return under_test_->environment_of(replica, "SLIPWAY_TEST") == "yes"; }));
}

void EngineContract::write_lines(const ObservedReplica& replica, int count) {
  if (under_test_->model_speaks_first()) {
    ASSERT_TRUE(eventually([&] { return !log_texts(replica.key).empty(); }));
  }
  under_test_->make_it_write(replica, count);
}

std::vector<std::string> EngineContract::log_texts(const domain::ReplicaKey& key, int tail) {
  std::vector<std::string> texts;
  LogQuery query;
  query.tail = tail;
  const auto read = engine_->logs(key, query, [&](const LogLine* line) {
    if (line != nullptr) texts.push_back(line->text);
    return true;
  });
  EXPECT_TRUE(read) << read.error().message;
  return texts;
}

TEST_P(EngineContract, tells_its_name_and_the_size_of_the_node) {
  EXPECT_TRUE(engine_->ping());
  EXPECT_FALSE(engine_->capabilities().name.empty());
  EXPECT_FALSE(engine_->capabilities().version.empty());
  const auto capacity = engine_->capacity();
  ASSERT_TRUE(capacity) << capacity.error().message;
  EXPECT_GT(capacity->cpu_millis, 0);
  EXPECT_GT(capacity->memory_bytes, 0);
}

TEST_P(EngineContract, a_started_replica_runs_and_can_be_reached_somewhere) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->ensure_image(spec.image, {}));
  const auto started = engine_->start(spec);
  ASSERT_TRUE(started) << started.error().message;
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->host.empty());
  EXPECT_GT(seen->port, 0);
  EXPECT_FALSE(seen->engine_id.empty());
  EXPECT_GT(seen->started_at, Timestamp{});
  EXPECT_FALSE(seen->exit_code);
}

TEST_P(EngineContract, tells_what_a_running_replica_uses_and_nothing_of_one_that_ended) {
  const ReplicaSpec spec = spec_for(under_test_->busy_image());
  const ReplicaSpec ending = spec_for(under_test_->exiting_image(), 1);
  ASSERT_TRUE(engine_->start(spec));
  ASSERT_TRUE(engine_->start(ending));
  ASSERT_TRUE(wait_for_state(spec.key, RunState::kRunning));
  ASSERT_TRUE(wait_for_state(ending.key, RunState::kExited));
  const auto look = [&]() -> std::optional<ReplicaResources> {
    const auto all = engine_->resources();
    EXPECT_TRUE(all) << all.error().message;
    if (!all || all->size() != 1 || all->front().key != spec.key) return std::nullopt;
    return all->front();
  };
  std::optional<ReplicaResources> first;
  ASSERT_TRUE(eventually([&] {
    first = look();
    return first && first->cpu_time.count() > 0 && first->memory_bytes > 0;
  }));
  EXPECT_LT(first->memory_bytes, spec.memory_bytes);
  // A new object over the same installation counts on.
  engine_ = under_test_->open();
  const auto later = look();
  ASSERT_TRUE(later);
  EXPECT_GE(later->cpu_time, first->cpu_time);
}

TEST_P(EngineContract, a_second_start_changes_nothing) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto first = wait_for_state(spec.key, RunState::kRunning);
  const auto again = engine_->start(spec);
  ASSERT_TRUE(again) << again.error().message;
  const auto second = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->engine_id, second->engine_id);
  EXPECT_EQ(first->started_at, second->started_at);
}

TEST_P(EngineContract, a_stop_removes_everything_and_a_second_one_is_a_success) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  ASSERT_TRUE(wait_for_state(spec.key, RunState::kRunning));
  const auto stopped = engine_->stop(spec.key, seconds(5));
  ASSERT_TRUE(stopped) << stopped.error().message;
  const auto all = engine_->observe();
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->empty());
  EXPECT_EQ(under_test_->leftovers(), "");
  EXPECT_TRUE(engine_->stop(spec.key, seconds(5)));
  EXPECT_TRUE(engine_->stop({"contract-never-was", 1, 0}, seconds(5)));
}

TEST_P(EngineContract, a_stopped_key_can_be_started_again) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  ASSERT_TRUE(wait_for_state(spec.key, RunState::kRunning));
  ASSERT_TRUE(engine_->stop(spec.key, seconds(5)));
  ASSERT_TRUE(engine_->start(spec));
  EXPECT_TRUE(wait_for_state(spec.key, RunState::kRunning));
}

TEST_P(EngineContract, a_replica_that_ignores_the_polite_signal_is_ended_after_the_grace) {
  const std::string image = under_test_->stubborn_image();
  if (image.empty()) GTEST_SKIP() << "this engine has no such image in its tests";
  const ReplicaSpec spec = spec_for(image);
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  under_test_->make_stubborn(*seen);
  const auto stopped = engine_->stop(spec.key, seconds(1));
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_FALSE(find(spec.key));
}

TEST_P(EngineContract, what_runs_is_adopted_after_our_own_restart) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto before = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(before);
  engine_.reset();
  engine_ = under_test_->open();
  const auto after = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(after);
  EXPECT_EQ(*before, *after);
  EXPECT_TRUE(engine_->start(spec));
  EXPECT_EQ(find(spec.key)->engine_id, before->engine_id);
  EXPECT_TRUE(engine_->stop(spec.key, seconds(5)));
  EXPECT_FALSE(find(spec.key));
}

TEST_P(EngineContract, an_exited_replica_stays_visible_with_its_code_and_logs_until_stopped) {
  const ReplicaSpec spec = spec_for(under_test_->exiting_image());
  const auto started = engine_->start(spec);
  ASSERT_TRUE(started) << started.error().message;
  const auto seen = wait_for_state(spec.key, RunState::kExited);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->exit_code, 7);
  EXPECT_FALSE(seen->out_of_memory);
  EXPECT_GE(seen->finished_at, seen->started_at);
  EXPECT_FALSE(log_texts(spec.key).empty());
  // Starting it again is the planner's decision, and takes a stop first.
  ASSERT_TRUE(engine_->start(spec));
  EXPECT_EQ(find(spec.key)->state, RunState::kExited);
  ASSERT_TRUE(engine_->stop(spec.key, seconds(1)));
  EXPECT_FALSE(find(spec.key));
}

TEST_P(EngineContract, a_missing_image_is_not_found_and_is_named) {
  const auto ensured = engine_->ensure_image(under_test_->missing_image(), {});
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().code, ErrorCode::kNotFound) << ensured.error().message;
  EXPECT_NE(ensured.error().message.find(under_test_->missing_image()), std::string::npos)
      << ensured.error().message;
  const ReplicaSpec spec = spec_for(under_test_->missing_image());
  const auto started = engine_->start(spec);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kNotFound) << started.error().message;
  EXPECT_FALSE(find(spec.key));
}

TEST_P(EngineContract, what_another_installation_runs_is_not_ours) {
  const auto other = under_test_->open_other_installation();
  if (!other) GTEST_SKIP() << "this engine serves one installation only";
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(other->start(spec));
  const auto ours = engine_->observe();
  ASSERT_TRUE(ours);
  EXPECT_TRUE(ours->empty());
  EXPECT_TRUE(engine_->stop(spec.key, seconds(1)));
  const auto theirs = other->observe();
  ASSERT_TRUE(theirs);
  EXPECT_EQ(theirs->size(), 1u);
  EXPECT_TRUE(other->stop(spec.key, seconds(1)));
}

TEST_P(EngineContract, two_starts_of_one_key_at_once_make_one_replica) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  Result<void> first;
  Result<void> second;
  std::thread one([&] { first = engine_->start(spec); });
  std::thread two([&] { second = engine_->start(spec); });
  one.join();
  two.join();
  EXPECT_TRUE(first) << first.error().message;
  EXPECT_TRUE(second) << second.error().message;
  ASSERT_TRUE(wait_for_state(spec.key, RunState::kRunning));
  EXPECT_EQ(engine_->observe()->size(), 1u);
}

TEST_P(EngineContract, starts_of_different_keys_at_once_all_run) {
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int ordinal = 0; ordinal < 4; ++ordinal) {
    threads.emplace_back([&, ordinal] {
      if (!engine_->start(spec_for(under_test_->good_image(), ordinal))) ++failures;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  for (int ordinal = 0; ordinal < 4; ++ordinal) {
    EXPECT_TRUE(wait_for_state({deployment_, 1, ordinal}, RunState::kRunning));
  }
  EXPECT_EQ(engine_->observe()->size(), 4u);
}

TEST_P(EngineContract, the_environment_arrives_byte_for_byte) {
  ReplicaSpec spec = spec_for(under_test_->good_image());
  const std::string odd = "模型 ünï \"quoted\" $HOME `id` = \\ 'x'; rm -rf /\ttab";
  spec.environment.push_back({"ODD", odd});
  spec.environment.push_back({"EMPTY", ""});
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  wait_for_environment(*seen);
  EXPECT_EQ(under_test_->environment_of(*seen, "ODD"), odd);
  EXPECT_EQ(under_test_->environment_of(*seen, "EMPTY"), "");
}

TEST_P(EngineContract, limits_hold_when_the_engine_says_that_it_limits) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  const auto limits = under_test_->limits_of(*seen);
  ASSERT_EQ(limits.has_value(), engine_->capabilities().limits_resources);
  if (!limits) return;
  EXPECT_EQ(limits->cpu_millis, spec.cpu_millis);
  EXPECT_EQ(limits->memory_bytes, spec.memory_bytes);
  EXPECT_EQ(limits->pids, spec.pids_limit);
}

TEST_P(EngineContract, logs_give_the_newest_lines_in_order) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  write_lines(*seen, 20);
  ASSERT_TRUE(eventually([&] {
    const auto texts = log_texts(spec.key, 1);
    return texts == std::vector<std::string>{"line 20"};
  }));
  EXPECT_EQ(log_texts(spec.key, 3), (std::vector<std::string>{"line 18", "line 19", "line 20"}));
  const auto all = log_texts(spec.key);
  EXPECT_GE(all.size(), 20u);
  EXPECT_TRUE(log_texts(spec.key, 0).empty());
}

TEST_P(EngineContract, logs_say_when_and_from_which_stream) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  write_lines(*seen, 2);
  std::vector<LogLine> lines;
  ASSERT_TRUE(eventually([&] {
    lines.clear();
    EXPECT_TRUE(engine_->logs(spec.key, {}, [&](const LogLine* line) {
      if (line != nullptr && line->text.starts_with("line ")) lines.push_back(*line);
      return true;
    }));
    return lines.size() == 2;
  }));
  const Timestamp now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  for (const LogLine& line : lines) {
    EXPECT_GT(line.time, now - std::chrono::minutes(10));
    EXPECT_LT(line.time, now + std::chrono::minutes(10));
  }
}

TEST_P(EngineContract, logs_since_a_second_are_those_from_then_on) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  write_lines(*seen, 3);
  std::vector<LogLine> all;
  const auto read = [&](FineTime since) {
    std::vector<LogLine> lines;
    EXPECT_TRUE(engine_->logs(spec.key, {.tail = -1, .since = since, .follow = false},
                              [&](const LogLine* line) {
                                if (line != nullptr) lines.push_back(*line);
                                return true;
                              }));
    return lines;
  };
  ASSERT_TRUE(eventually([&] {
    all = read(FineTime::min());
    return !all.empty() && all.back().text == "line 3";
  }));
  const FineTime second = std::chrono::floor<seconds>(all.back().time);
  EXPECT_EQ(read(second - seconds(3600)), all);
  for (const LogLine& line : read(second)) EXPECT_GE(line.time, second);
  EXPECT_EQ(read(second).back(), all.back());
  EXPECT_TRUE(read(second + seconds(3600)).empty());
}

TEST_P(EngineContract, a_log_can_be_read_to_its_end_before_the_replica_is_removed) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  write_lines(*seen, 10);
  ASSERT_TRUE(
      eventually([&] { return log_texts(spec.key, 1) == std::vector<std::string>{"line 10"}; }));
  int calls = 0;
  const auto stopped = engine_->stop(spec.key, seconds(5), [&] {
    ++calls;
    const auto texts = log_texts(spec.key);
    EXPECT_EQ(std::count(texts.begin(), texts.end(), "line 10"), 1);
  });
  EXPECT_TRUE(stopped) << stopped.error().message;
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(find(spec.key));
  ASSERT_TRUE(engine_->stop(spec.key, seconds(5), [&] { ++calls; }));
  EXPECT_EQ(calls, 1);
}

TEST_P(EngineContract, followed_logs_come_as_they_are_written_and_end_with_the_replica) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  std::mutex mutex;
  std::vector<std::string> texts;
  Result<void> outcome;
  std::thread follower([&] {
    LogQuery query;
    query.follow = true;
    outcome = engine_->logs(spec.key, query, [&](const LogLine* line) {
      std::lock_guard lock(mutex);
      if (line != nullptr) texts.push_back(line->text);
      return true;
    });
  });
  write_lines(*seen, 5);
  EXPECT_TRUE(eventually([&] {
    std::lock_guard lock(mutex);
    return std::count(texts.begin(), texts.end(), "line 5") == 1;
  }));
  under_test_->kill_behind_its_back(*seen);
  follower.join();
  EXPECT_TRUE(outcome) << outcome.error().message;
  // And they can still be read after the end.
  const auto all = log_texts(spec.key);
  EXPECT_EQ(std::count(all.begin(), all.end(), "line 5"), 1);
}

TEST_P(EngineContract, a_follower_whose_reader_is_gone_is_let_go) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  ASSERT_TRUE(wait_for_state(spec.key, RunState::kRunning));
  LogQuery query;
  query.follow = true;
  const auto outcome =
      engine_->logs(spec.key, query, [&](const LogLine* line) { return line != nullptr; });
  EXPECT_TRUE(outcome) << outcome.error().message;
}

TEST_P(EngineContract, logs_of_an_unknown_replica_are_not_found) {
  const auto outcome =
      engine_->logs({"contract-never-was", 1, 0}, {}, [](const LogLine*) { return true; });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kNotFound) << outcome.error().message;
}

TEST_P(EngineContract, a_death_behind_our_back_raises_a_hint_and_is_observed) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  std::atomic<int> hints{0};
  const auto watch = engine_->watch([&] { ++hints; });
  const int before = hints;
  under_test_->kill_behind_its_back(*seen);
  const auto dead = wait_for_state(spec.key, RunState::kExited);
  ASSERT_TRUE(dead);
  EXPECT_NE(dead->exit_code, 0);
  EXPECT_TRUE(eventually([&] { return hints > before; }));
}

TEST_P(EngineContract, a_watch_can_be_ended_at_any_time) {
  for (int i = 0; i < 5; ++i) {
    auto watch = engine_->watch([] {});
    watch.reset();
  }
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  EXPECT_TRUE(engine_->start(spec));
}

TEST_P(EngineContract, an_engine_that_is_away_is_unavailable_and_works_again_when_it_is_back) {
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(engine_->start(spec));
  const auto before = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(before);
  std::atomic<int> hints{0};
  const auto watch = engine_->watch([&] { ++hints; });
  if (!under_test_->go_away()) GTEST_SKIP() << "this engine cannot be away";
  for (const auto& outcome :
       {engine_->ping(), engine_->start(spec), engine_->stop(spec.key, seconds(1)),
        engine_->ensure_image(spec.image, {})}) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable) << outcome.error().message;
  }
  const auto seen = engine_->observe();
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kUnavailable) << seen.error().message;
  const int hints_before = hints;
  under_test_->come_back();
  EXPECT_TRUE(eventually([&] { return engine_->ping().has_value(); }));
  EXPECT_TRUE(eventually([&] { return hints > hints_before; }));
  const auto after = find(spec.key);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->engine_id, before->engine_id);
  if (under_test_->replicas_survive_its_absence()) {
    EXPECT_EQ(after->state, RunState::kRunning);
  }
}

}  // namespace slipway::engine
