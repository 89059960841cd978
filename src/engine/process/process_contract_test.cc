// The engine contract on plain processes, with model folders that are shell scripts.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/contract_suite.h"
#include "engine/process/process_engine.h"
#include "engine/process/resource_groups.h"
#include "os/system_random.h"
#include "process_view.h"

namespace slipway::engine {
namespace {

namespace fs = std::filesystem;

class ProcessUnderTest final : public EngineUnderTest {
 public:
  ProcessUnderTest()
      : installation_(os::SystemRandom().base36(12)),
        other_installation_(os::SystemRandom().base36(12)) {
    std::string pattern = (fs::temp_directory_path() / "slipway-process-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    add_model("good", "echo hello; while :; do sleep 1000 & wait; done");
    add_model("exiting", "echo going; echo really >&2; exit 7");
    add_model("busy", "while :; do :; done");
    add_model("greedy", "exec head -c 268435456 /dev/zero | tail");
  }
  ~ProcessUnderTest() override {
    for (const std::string& installation : {installation_, other_installation_}) {
      ResourceGroups::probe(installation).remove_all();
    }
    fs::remove_all(folder_);
  }

  std::unique_ptr<ReplicaEngine> open() override { return open_state("state", installation_); }
  std::unique_ptr<ReplicaEngine> open_other_installation() override {
    return open_state("other-state", other_installation_);
  }

  std::string good_image() override { return "good:1.0"; }
  std::string exiting_image() override { return "exiting"; }
  std::string busy_image() override { return "busy"; }
  std::string missing_image() override { return "no-such-model"; }
  void make_stubborn(const ObservedReplica& replica) override {
    EXPECT_EQ(::kill(pid_of(replica), SIGSTOP), 0);
  }
  void kill_behind_its_back(const ObservedReplica& replica) override {
    EXPECT_EQ(::kill(pid_of(replica), SIGKILL), 0);
  }
  bool model_speaks_first() override { return true; }
  void make_it_write(const ObservedReplica& replica, int count) override {
    EXPECT_TRUE(write_lines_as_process(pid_of(replica), count));
  }
  std::optional<std::string> environment_of(const ObservedReplica& replica,
                                            const std::string& name) override {
    return environment_of_process(pid_of(replica), name);
  }
  std::optional<Limits> limits_of(const ObservedReplica& replica) override {
    const Limits limits = cgroup_limits_of_process(pid_of(replica));
    // An unlimited group shows numbers too, but never those that were asked for.
    if (!ResourceGroups::probe(installation_).limits_everything()) return std::nullopt;
    return limits;
  }
  std::string leftovers() override {
    std::string left;
    for (const auto& entry : fs::directory_iterator(folder_ / "state")) {
      if (entry.path().filename() != "changes") left += entry.path().native() + "\n";
    }
    return left;
  }
  // What is away is the folder of the models: a mount that is gone.
  bool go_away() override {
    fs::rename(folder_ / "models", folder_ / "gone");
    return true;
  }
  void come_back() override {
    fs::rename(folder_ / "gone", folder_ / "models");
    std::ofstream(folder_ / "state/changes") << "back";
  }

 private:
  std::unique_ptr<ProcessEngine> open_state(const char* state, const std::string& installation) {
    ProcessEngineOptions options;
    options.models_root = folder_ / "models";
    options.state = folder_ / state;
    options.installation = installation;
    options.shim_command = {SLIPWAY_TEST_SHIM};
    auto engine = ProcessEngine::create(options);
    EXPECT_TRUE(engine) << engine.error().message;
    return engine ? std::move(*engine) : nullptr;
  }
  void add_model(const std::string& name, const std::string& script) {
    const fs::path folder = folder_ / "models" / name;
    fs::create_directories(folder);
    std::ofstream(folder / "serve.sh") << script << "\n";
    std::ofstream(folder / "slipway-model.toml") << "command = [\"/bin/sh\", \"serve.sh\"]\n";
  }
  static pid_t pid_of(const ObservedReplica& replica) {
    const pid_t pid = static_cast<pid_t>(std::atoi(replica.engine_id.substr(4).c_str()));
    EXPECT_GT(pid, 1) << replica.engine_id;
    return pid > 1 ? pid : -1;
  }

  const std::string installation_;
  const std::string other_installation_;
  fs::path folder_;
};

const auto kProcesses = ::testing::Values(
    EngineFactory{"process", [](std::string*) { return std::make_unique<ProcessUnderTest>(); }});

INSTANTIATE_TEST_SUITE_P(Process, EngineContract, kProcesses);

// What is the process engine's own, beyond the contract.
class ProcessEngineTest : public EngineContract {};

TEST_P(ProcessEngineTest, says_that_it_isolates_nothing) {
  EXPECT_FALSE(engine_->capabilities().isolates);
}

TEST_P(ProcessEngineTest, every_replica_gets_a_port_of_its_own_and_is_told) {
  const ReplicaSpec one = spec_for("good", 0);
  const ReplicaSpec two = spec_for("good", 1);
  ASSERT_TRUE(engine_->start(one));
  ASSERT_TRUE(engine_->start(two));
  const auto first = wait_for_state(one.key, RunState::kRunning);
  const auto second = wait_for_state(two.key, RunState::kRunning);
  ASSERT_TRUE(first && second);
  wait_for_environment(*first);
  EXPECT_NE(first->port, second->port);
  EXPECT_EQ(under_test_->environment_of(*first, "PREDICTIVE_UNIT_SERVICE_PORT"),
            std::to_string(first->port));
  EXPECT_EQ(under_test_->environment_of(*first, "PREDICTIVE_UNIT_HTTP_SERVICE_PORT"),
            std::to_string(first->port));
}

TEST_P(ProcessEngineTest, nothing_of_our_own_environment_reaches_a_model) {
  ::setenv("SLIPWAY_TEST_SECRET", "hidden", 1);
  const ReplicaSpec spec = spec_for("good");
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  wait_for_environment(*seen);
  EXPECT_EQ(under_test_->environment_of(*seen, "SLIPWAY_TEST_SECRET"), std::nullopt);
  EXPECT_EQ(under_test_->environment_of(*seen, "PYTHONUNBUFFERED"), "1");
}

TEST_P(ProcessEngineTest, both_streams_are_told_apart) {
  const ReplicaSpec spec = spec_for("exiting");
  ASSERT_TRUE(engine_->start(spec));
  ASSERT_TRUE(wait_for_state(spec.key, RunState::kExited));
  std::vector<std::pair<std::string, bool>> lines;
  ASSERT_TRUE(engine_->logs(spec.key, {}, [&](const LogLine* line) {
    if (line != nullptr) lines.emplace_back(line->text, line->is_stderr);
    return true;
  }));
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, (std::vector<std::pair<std::string, bool>>{{"going", false}, {"really", true}}));
}

TEST_P(ProcessEngineTest, the_end_is_known_even_when_nobody_of_us_was_there) {
  const ReplicaSpec spec = spec_for("good");
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kRunning);
  ASSERT_TRUE(seen);
  engine_.reset();
  under_test_->kill_behind_its_back(*seen);
  engine_ = under_test_->open();
  const auto dead = wait_for_state(spec.key, RunState::kExited);
  ASSERT_TRUE(dead);
  EXPECT_EQ(dead->exit_code, 128 + SIGKILL);
}

TEST_P(ProcessEngineTest, names_that_leave_the_models_folder_are_not_found) {
  for (const char* image : {"../good", "good/../../etc", "/bin", "good;id", "$(id)"}) {
    const auto started = engine_->start(spec_for(image));
    ASSERT_FALSE(started) << image;
    EXPECT_EQ(started.error().code, ErrorCode::kNotFound) << started.error().message;
  }
}

TEST_P(ProcessEngineTest, a_replica_out_of_memory_is_told_as_such) {
  if (!engine_->capabilities().limits_resources) GTEST_SKIP() << "no control groups to write to";
  ReplicaSpec spec = spec_for("greedy");
  spec.memory_bytes = int64_t{16} * 1024 * 1024;
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kExited);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->out_of_memory);
}

TEST_P(ProcessEngineTest, a_gpu_is_refused_with_what_to_do) {
  ReplicaSpec spec = spec_for("good");
  spec.gpus = 2;
  const auto started = engine_->start(spec);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kInvalid);
  EXPECT_NE(started.error().message.find("2 GPUs"), std::string::npos) << started.error().message;
  EXPECT_FALSE(find(spec.key));
}

INSTANTIATE_TEST_SUITE_P(Process, ProcessEngineTest, kProcesses);

}  // namespace
}  // namespace slipway::engine
