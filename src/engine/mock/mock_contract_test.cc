// The engine contract on the mock.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "engine/contract_suite.h"
#include "engine/mock/mock_engine.h"
#include "os/system_clock.h"

namespace slipway::engine {
namespace {

class MockUnderTest final : public EngineUnderTest {
 public:
  MockUnderTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "slipway-mock-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~MockUnderTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<ReplicaEngine> open() override {
    auto engine = open_journal("journal");
    engine_ = engine.get();
    return engine;
  }
  std::unique_ptr<ReplicaEngine> open_other_installation() override {
    return open_journal("other-journal");
  }
  std::string good_image() override { return "mock/ok:1"; }
  std::string exiting_image() override { return "mock/exit:7"; }
  std::string busy_image() override { return "mock/ok:busy"; }
  std::string missing_image() override { return "mock/missing:1"; }
  std::string stubborn_image() override { return "mock/hang"; }
  void make_stubborn(const ObservedReplica&) override {}
  void kill_behind_its_back(const ObservedReplica& replica) override {
    EXPECT_TRUE(engine_->kill(replica.key));
  }
  void make_it_write(const ObservedReplica& replica, int count) override {
    for (int i = 1; i <= count; ++i) {
      EXPECT_TRUE(engine_->say(replica.key, fmt::format("line {}", i)));
    }
  }
  std::optional<std::string> environment_of(const ObservedReplica& replica,
                                            const std::string& name) override {
    const auto spec = engine_->spec_of(replica.key);
    if (!spec) return std::nullopt;
    for (const auto& variable : spec->environment) {
      if (variable.name == name) return variable.value;
    }
    return std::nullopt;
  }
  std::optional<Limits> limits_of(const ObservedReplica& replica) override {
    const auto spec = engine_->spec_of(replica.key);
    if (!spec) return std::nullopt;
    return Limits{spec->cpu_millis, spec->memory_bytes, spec->pids_limit};
  }
  bool go_away() override {
    engine_->go_down();
    return true;
  }
  void come_back() override { engine_->come_back(); }

 private:
  std::unique_ptr<MockEngine> open_journal(const char* name) {
    MockEngineOptions options;
    options.journal = folder_ / name;
    auto engine = MockEngine::create(clock_, options);
    EXPECT_TRUE(engine) << engine.error().message;
    return engine ? std::move(*engine) : nullptr;
  }

  os::SystemClock clock_;
  std::filesystem::path folder_;
  MockEngine* engine_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Mock, EngineContract,
                         ::testing::Values(EngineFactory{"mock", [](std::string*) {
                                                           return std::make_unique<MockUnderTest>();
                                                         }}));

}  // namespace
}  // namespace slipway::engine
