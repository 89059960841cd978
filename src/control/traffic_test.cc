#include "control/traffic.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <vector>

#include "store/clients.h"
#include "store/deployments.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using store::ReadTransaction;
using store::WriteTransaction;

class TrafficTest : public testing::Test {
 protected:
  TrafficTest() {
    const auto furnished = store_->write([](WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      TRY(store::insert_sample(tx, "iris"));
      return store::clients::insert(
          tx, {.deployment_id = "iris", .name = "bot", .digest = "d", .previous_digest = {}});
    });
    if (!furnished) throw std::runtime_error(furnished.error().message);
  }

  Result<void> tell(const std::string& run, uint64_t sequence,
                    std::vector<snapshot::ClientTraffic> clients) {
    snapshot::TrafficReport report{.gateway = "gw-1", .run = run, .sequence = sequence};
    report.clients = std::move(clients);
    return traffic_->add(report, std::chrono::milliseconds(0));
  }
  store::ClientRow bot() {
    return store_->read([](ReadTransaction& tx) { return store::clients::find(tx, "iris", "bot"); })
        .value()
        .value();
  }

  store::TestFolder folder_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  store::TestClock clock_;
  store::MetricsHistory history_{folder_.path() / "metrics.db", {}};
  std::unique_ptr<Traffic> traffic_ = make_traffic(*store_, history_, clock_);
};

TEST_F(TrafficTest, adds_up_what_gateways_report_and_passes_over_who_is_gone) {
  ASSERT_TRUE(tell("a", 1, {{"iris", "bot", 3, 17}, {"iris", "gone", 1, 17}}));
  ASSERT_TRUE(tell("a", 2, {{"iris", "bot", 2, 16}, {"nowhere", "bot", 1, 18}}));
  EXPECT_EQ(bot().requests, 5);
  EXPECT_EQ(bot().last_used_at, from_unix_micros(17));
}

TEST_F(TrafficTest, counts_a_report_that_comes_again_once_and_another_run_apart) {
  const std::vector<snapshot::ClientTraffic> rows = {{"iris", "bot", 3, 17}};
  ASSERT_TRUE(tell("a", 1, rows));
  ASSERT_TRUE(tell("a", 1, rows));
  EXPECT_EQ(bot().requests, 3);
  ASSERT_TRUE(tell("b", 1, rows));
  ASSERT_TRUE(tell("a", 2, rows));
  ASSERT_TRUE(tell("a", 1, rows));
  EXPECT_EQ(bot().requests, 9);
  // After our own restart, too.
  traffic_.reset();
  store_.reset();
  store_ = store::open_test_store(folder_);
  traffic_ = make_traffic(*store_, history_, clock_);
  ASSERT_TRUE(tell("a", 2, rows));
  EXPECT_EQ(bot().requests, 9);
}

TEST_F(TrafficTest, files_nothing_before_its_deployment_was_created) {
  const int64_t now = to_unix_micros(clock_.now()) / 1000;  // on a slot's boundary
  const std::chrono::seconds since_creation{4};
  const auto created = store_->write([&](WriteTransaction& tx) -> Result<void> {
    for (const char* id : {"young", "apart"}) {
      domain::Deployment young = store::sample_deployment(id);
      young.created_at = clock_.now() - since_creation;
      TRY(store::deployments::insert(tx, young));
    }
    return {};
  });
  ASSERT_TRUE(created) << created.error().message;
  snapshot::TrafficReport report{.gateway = "gw-1",
                                 .run = "a",
                                 .sequence = 1,
                                 .period = std::chrono::seconds(20),
                                 .covered = std::chrono::seconds(20)};
  snapshot::CodeTraffic good{.service = snapshot::TrafficService::kPredictions, .code = 200};
  good.durations[3] = 10;
  for (const char* id : {"iris", "young", "nowhere"}) {
    report.deployments.push_back({id, 0, 0, 0, {good}});
  }
  // Its own row went with another report.
  snapshot::ModelTraffic apart;
  apart.deployment = "apart";
  apart.image = "m:1";
  apart.exchanges = {good};
  report.models.push_back(apart);
  ASSERT_TRUE(traffic_->add(report, std::chrono::seconds(0)));

  std::map<std::string, std::vector<double>> goods;
  ASSERT_TRUE(
      history_.read(std::vector<std::string>{"iris", "young", "nowhere", "apart"},
                    std::array{store::SeriesKind::kDeployment, store::SeriesKind::kModel},
                    {now - 20'000, 10'000, 2},
                    [&](const store::SeriesName& name, std::span<const store::MetricPoint> points) {
                      for (const auto& point : points) {
                        goods[name.deployment].push_back(point[store::Metric::kGood]);
                      }
                    }));
  EXPECT_EQ(goods["iris"], (std::vector<double>{5, 5}));
  EXPECT_EQ(goods["young"], (std::vector<double>{0, 10}));
  EXPECT_EQ(goods["nowhere"], (std::vector<double>{5, 5}));
  EXPECT_EQ(goods["apart"], (std::vector<double>{0, 10}));
}

TEST_F(TrafficTest, files_what_came_by_our_own_clock_and_its_age) {
  snapshot::TrafficReport report{.gateway = "gw-1",
                                 .run = "a",
                                 .sequence = 1,
                                 .period = std::chrono::seconds(10),
                                 .covered = std::chrono::seconds(10)};
  snapshot::CodeTraffic good{.service = snapshot::TrafficService::kPredictions, .code = 200};
  good.durations[3] = 9;
  snapshot::CodeTraffic gone{.service = snapshot::TrafficService::kPredictions, .code = 499};
  gone.durations[0] = 2;
  snapshot::CodeTraffic told{.service = snapshot::TrafficService::kOther, .code = 500};
  told.durations[0] = 1;
  report.deployments.push_back({"iris", 3, 10, 20, {good, gone, told}});
  report.models.push_back({"iris", "iris:1", 2, 1.5, 0.5, {good}});
  report.clients.push_back({"iris", "bot", 4, 17});
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(traffic_->add(report, std::chrono::seconds(20)));

  const int64_t now = to_unix_micros(clock_.now()) / 1000;  // on a slot's boundary
  std::map<store::SeriesName, store::MetricPoint> seen;
  using store::Metric;
  using store::SeriesKind;
  ASSERT_TRUE(
      history_.read(std::vector<std::string>{"iris", ""},
                    std::vector<SeriesKind>{SeriesKind::kDeployment, SeriesKind::kModel,
                                            SeriesKind::kClient, SeriesKind::kGateway},
                    {now - 30'000, 10'000, 1},
                    [&](const store::SeriesName& name, std::span<const store::MetricPoint> points) {
                      seen[name] = points[0];
                    }));
  ASSERT_EQ(seen.size(), 4u);
  const store::MetricPoint& iris = seen[{"iris", SeriesKind::kDeployment, ""}];
  EXPECT_EQ(iris[Metric::kGood], 9);
  EXPECT_EQ(iris[Metric::kRefused], 2);
  EXPECT_EQ(iris[Metric::kFailed], 0);
  EXPECT_EQ(iris[Metric::kOtherRequests], 1);
  EXPECT_EQ(iris[Metric::kInFlightMs], 30'000);
  EXPECT_EQ(iris.bucket(3), 9);
  EXPECT_EQ(iris.bucket(0), 2);
  const store::MetricPoint& model = seen[{"iris", SeriesKind::kModel, "iris:1"}];
  EXPECT_EQ(model[Metric::kRewards], 1.5);
  EXPECT_EQ(model[Metric::kFeedback], 2);
  EXPECT_EQ((seen[{"iris", SeriesKind::kClient, "bot"}][Metric::kClientRequests]), 4);
  EXPECT_EQ((seen[{"", SeriesKind::kGateway, "gw-1"}][Metric::kCoveredMs]), 10'000);
}

}  // namespace
}  // namespace slipway::control
