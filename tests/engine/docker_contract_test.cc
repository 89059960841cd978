// The engine contract on a real Docker or podman: the one whose socket is in
// SLIPWAY_ENGINE_SOCKET, with the image SLIPWAY_TEST_IMAGE. Started by tests/engine/with_engine.

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "call/http_client.h"
#include "empty_registry.h"
#include "engine/contract_suite.h"
#include "engine/docker/docker_engine.h"
#include "os/system_random.h"
#include "process_view.h"
#include "unix_relay.h"

namespace slipway::engine {
namespace {

using std::chrono::seconds;

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

class DockerUnderTest final : public EngineUnderTest {
 public:
  DockerUnderTest()
      : direct_(client_, setting("SLIPWAY_ENGINE_SOCKET")),
        installation_(os::SystemRandom().base36(12)),
        other_installation_(os::SystemRandom().base36(12)) {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "slipway-relay-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    relay_ = std::make_unique<UnixRelay>(folder_ / "engine.sock", direct_.socket());
  }
  ~DockerUnderTest() override {
    for (const std::string& installation : {installation_, other_installation_}) {
      const auto removed = open_for(installation)->remove_network();
      EXPECT_TRUE(removed) << removed.error().message;
    }
    relay_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<ReplicaEngine> open() override { return open_for(installation_); }
  std::unique_ptr<ReplicaEngine> open_other_installation() override {
    return open_for(other_installation_);
  }

  std::string good_image() override { return setting("SLIPWAY_TEST_IMAGE"); }
  std::string exiting_image() override {
    exits_ = true;
    return good_image();
  }
  std::string busy_image() override {
    is_busy_ = true;
    return good_image();
  }
  std::string missing_image() override { return registry_.host() + "/slipway/no-such-image:1"; }
  void prepare(ReplicaSpec& spec) override {
    if (std::exchange(is_busy_, false)) spec.environment.push_back({"TINY_LOG_LINES", "100000"});
    if (exits_) spec.environment.push_back({"TINY_EXIT_CODE", "7"});
  }
  void make_stubborn(const ObservedReplica& replica) override {
    // A stopped process handles no signal but SIGKILL.
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
    return cgroup_limits_of_process(pid_of(replica));
  }
  std::string leftovers() override {
    const Json filters = {
        {"label", Json::array({fmt::format("{}={}", kInstallationLabel, installation_)})}};
    const auto list = direct_.send(
        "GET", "/containers/json?all=1&filters=" + call::url_encode(dump_json(filters)));
    EXPECT_TRUE(list) << list.error().message;
    return list && list->body.empty() ? std::string() : dump_json(list->body);
  }
  bool go_away() override {
    relay_->close();
    return true;
  }
  void come_back() override { relay_->open(); }

 private:
  std::unique_ptr<DockerEngine> open_for(const std::string& installation) {
    DockerEngineOptions options;
    options.socket = folder_ / "engine.sock";
    options.installation = installation;
    return std::make_unique<DockerEngine>(client_, options);
  }
  pid_t pid_of(const ObservedReplica& replica) {
    const auto seen = direct_.send("GET", "/containers/" + replica.engine_id + "/json");
    EXPECT_TRUE(seen) << seen.error().message;
    if (!seen) return -1;
    const pid_t pid = seen->body.at("State").at("Pid").get<pid_t>();
    EXPECT_GT(pid, 1);
    return pid > 1 ? pid : -1;
  }

  call::HttpClient client_;
  DockerApi direct_;
  EmptyRegistry registry_;
  const std::string installation_;
  const std::string other_installation_;
  std::filesystem::path folder_;
  std::unique_ptr<UnixRelay> relay_;
  bool exits_ = false;
  bool is_busy_ = false;  // the next one
};

INSTANTIATE_TEST_SUITE_P(Container, EngineContract,
                         ::testing::Values(EngineFactory{
                             "container",
                             [](std::string* why_not) -> std::unique_ptr<EngineUnderTest> {
                               if (setting("SLIPWAY_ENGINE_SOCKET").empty()) {
                                 *why_not =
                                     "SLIPWAY_ENGINE_SOCKET is not set; run it through "
                                     "tests/engine/with_engine";
                                 return nullptr;
                               }
                               return std::make_unique<DockerUnderTest>();
                             }}));

// What is Docker's own, beyond the contract.
class DockerEngineTest : public EngineContract {};

TEST_P(DockerEngineTest, a_network_that_vanished_is_made_again) {
  auto* docker = dynamic_cast<DockerEngine*>(engine_.get());
  ASSERT_NE(docker, nullptr);
  const ReplicaSpec spec = spec_for(under_test_->good_image());
  ASSERT_TRUE(docker->start(spec));
  ASSERT_TRUE(wait_for_state(spec.key, RunState::kRunning));
  ASSERT_TRUE(docker->stop(spec.key, seconds(1)));
  const auto other = under_test_->open();
  ASSERT_TRUE(dynamic_cast<DockerEngine&>(*other).remove_network());
  const auto started = docker->start(spec);
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_TRUE(wait_for_state(spec.key, RunState::kRunning));
}

TEST_P(DockerEngineTest, a_replica_out_of_memory_is_told_as_such) {
  ReplicaSpec spec = spec_for(under_test_->good_image());
  spec.memory_bytes = int64_t{32} * 1024 * 1024;
  spec.environment.push_back({"TINY_EAT_MEMORY_MIB", "256"});
  ASSERT_TRUE(engine_->start(spec));
  const auto seen = wait_for_state(spec.key, RunState::kExited);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->out_of_memory);
  EXPECT_EQ(seen->exit_code, 137);
}

TEST_P(DockerEngineTest, a_registry_that_does_not_answer_is_unavailable) {
  // Nothing listens on port 1.
  const auto ensured = engine_->ensure_image("127.0.0.1:1/slipway/any:1", {});
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().code, ErrorCode::kUnavailable) << ensured.error().message;
  EXPECT_NE(ensured.error().message.find("127.0.0.1:1/slipway/any:1"), std::string::npos);
}

// Where there is one, it is given; everywhere else the refusal says what to do.
TEST_P(DockerEngineTest, a_gpu_that_is_not_there_is_refused_and_leaves_no_container) {
  ReplicaSpec spec = spec_for(under_test_->good_image());
  spec.gpus = 1;
  spec.gpu_resource = "nvidia.com/gpu";
  const auto started = engine_->start(spec);
  if (started) GTEST_SKIP() << "this machine has a GPU";
  EXPECT_EQ(started.error().code, ErrorCode::kInvalid);
  EXPECT_NE(started.error().message.find("1 GPU (nvidia.com/gpu)"), std::string::npos)
      << started.error().message;
  EXPECT_FALSE(find(spec.key));
  EXPECT_EQ(under_test_->leftovers(), "");
}

TEST_P(DockerEngineTest, credentials_are_asked_for_only_when_an_image_must_be_pulled) {
  std::vector<std::string> asked;
  const CredentialLookup lookup = [&](const std::string& registry) {
    asked.push_back(registry);
    return Result<std::optional<RegistryCredentials>>(
        RegistryCredentials{"hub", "ada", "correct-horse"});
  };
  ASSERT_TRUE(engine_->ensure_image(under_test_->good_image(), lookup));
  EXPECT_TRUE(asked.empty());
  const auto ensured = engine_->ensure_image("127.0.0.1:1/slipway/any:1", lookup);
  ASSERT_FALSE(ensured);
  EXPECT_EQ(asked, std::vector<std::string>{"127.0.0.1:1"});
  EXPECT_EQ(ensured.error().message.find("correct-horse"), std::string::npos);
}

TEST_P(DockerEngineTest, what_is_no_image_reference_is_refused_unsent) {
  for (const char* image : {"", "../containers/json", "a b", "x?y=1", "team/UPPER"}) {
    const auto ensured = engine_->ensure_image(image, {});
    ASSERT_FALSE(ensured) << image;
    EXPECT_EQ(ensured.error().code, ErrorCode::kInvalid) << ensured.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(Container, DockerEngineTest,
                         ::testing::Values(EngineFactory{
                             "container",
                             [](std::string* why_not) -> std::unique_ptr<EngineUnderTest> {
                               if (setting("SLIPWAY_ENGINE_SOCKET").empty()) {
                                 *why_not = "SLIPWAY_ENGINE_SOCKET is not set";
                                 return nullptr;
                               }
                               return std::make_unique<DockerUnderTest>();
                             }}));

}  // namespace
}  // namespace slipway::engine
