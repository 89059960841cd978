#include "control/system_report.h"

#include <fstream>

#include "control/use_cases_fixture_test.h"
#include "engine/mock/mock_engine.h"

namespace slipway::control {
namespace {

using std::chrono::seconds;

// Two gateways, one of which has not adopted anything.
class ScriptedFeed final : public GatewayFeed {
 public:
  void publish(std::vector<snapshot::Route>) override {}
  uint64_t adopted_everywhere() const override { return 0; }
  uint64_t oldest_in_use() const override { return 0; }
  std::shared_ptr<const snapshot::Snapshot> current() const override { return snapshot; }
  std::vector<GatewayView> gateways() const override { return views; }
  void poll(const snapshot::Ack&, uint64_t, std::chrono::milliseconds,
            std::function<void(std::shared_ptr<const std::string>)> answer) override {
    answer(nullptr);
  }

  std::shared_ptr<const snapshot::Snapshot> snapshot;
  std::vector<GatewayView> views;
};

class SystemReportTest : public UseCasesFixture {
 protected:
  SystemReportTest()
      : logs_folder_(folder_.path() / "stored-logs"),
        stored_({.root = logs_folder_, .free_floor = 1, .free_space = [] { return uint64_t{0}; }}),
        mock_(*engine::MockEngine::create(clock_)),
        system_(make_system({.store = *store_,
                             .engine = *mock_,
                             .feed = feed_,
                             .logs = stored_,
                             .clock = clock_,
                             .state_dir = folder_.path(),
                             .database = folder_.path() / "slipway.db",
                             .history = folder_.path() / "none.db"})) {}

  const std::filesystem::path logs_folder_;
  logs::LogStore stored_;
  std::unique_ptr<engine::MockEngine> mock_;
  ScriptedFeed feed_;
  std::unique_ptr<System> system_;
};

TEST_F(SystemReportTest, is_for_platform_admins_only) {
  const auto refused = system_->report(ada_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_TRUE(system_->report(admin_));
}

TEST_F(SystemReportTest, says_how_long_control_runs_and_what_the_engine_is) {
  clock_.advance(seconds(90));
  const auto report = system_->report(admin_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->uptime, seconds(90));
  EXPECT_EQ(report->started_at + seconds(90), clock_.now());
  EXPECT_EQ(report->engine.name, "mock");
  EXPECT_EQ(report->engine.problem, "");
  EXPECT_EQ(report->engine.cpu_millis, 64'000);
}

TEST_F(SystemReportTest, says_why_an_engine_does_not_answer) {
  mock_->go_down();
  const auto report = system_->report(admin_);
  ASSERT_TRUE(report);
  EXPECT_NE(report->engine.problem, "");
  EXPECT_EQ(report->engine.name, "mock");
  EXPECT_FALSE(report->engine.cpu_millis);
}

TEST_F(SystemReportTest, counts_the_database_and_the_logs_and_tells_of_the_disk) {
  std::filesystem::create_directories(logs_folder_ / "iris" / "r1");
  std::ofstream(logs_folder_ / "iris" / "owner.json") << "12345";
  std::ofstream(logs_folder_ / "iris" / "r1" / "000001.open") << "1234567";
  stored_.disk().look();
  const auto report = system_->report(admin_);
  ASSERT_TRUE(report);
  EXPECT_GT(report->database.bytes, 0U);
  EXPECT_EQ(report->database.history_bytes, 0U);
  EXPECT_EQ(report->database.problem, "");
  EXPECT_EQ(report->disk.logs_bytes, 12U);
  EXPECT_TRUE(report->disk.logs_paused);
  ASSERT_TRUE(report->disk.free_bytes);
  EXPECT_GE(report->disk.size_bytes, report->disk.free_bytes);
}

TEST_F(SystemReportTest, shows_gateways_with_their_snapshot_and_when_they_asked) {
  EXPECT_EQ(system_->report(admin_)->snapshot_version, 0U);
  EXPECT_FALSE(system_->report(admin_)->snapshot_published_at);
  feed_.snapshot = std::make_shared<snapshot::Snapshot>(
      snapshot::Snapshot{.version = 7,
                         .control_id = "k",
                         .published_at_micros = to_unix_micros(clock_.now()),
                         .routes = {}});
  feed_.views = {{.id = "gw-1",
                  .adopted_version = 7,
                  .oldest_in_use_version = 6,
                  .metrics_at = "127.0.0.1:9101",
                  .last_seen = clock_.monotonic(),
                  .certificates = {{"models.example", 1'800'000'000}}},
                 {.id = "gw-2", .last_seen = clock_.monotonic()}};
  clock_.advance(seconds(4));
  const auto report = system_->report(admin_);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->snapshot_version, 7U);
  EXPECT_EQ(report->snapshot_published_at, clock_.now() - seconds(4));
  ASSERT_EQ(report->gateways.size(), 2U);
  EXPECT_EQ(report->gateways[0].id, "gw-1");
  EXPECT_EQ(report->gateways[0].adopted_version, 7U);
  EXPECT_EQ(report->gateways[0].age, seconds(4));
  EXPECT_EQ(report->gateways[0].metrics_at, "127.0.0.1:9101");
  EXPECT_EQ(report->gateways[0].certificates, feed_.views[0].certificates);
  EXPECT_EQ(report->gateways[1].adopted_version, 0U);
}

}  // namespace
}  // namespace slipway::control
