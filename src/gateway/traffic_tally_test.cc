#include "gateway/traffic_tally.h"

#include <gtest/gtest.h>

#include <array>

namespace slipway::gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

class TrafficTallyTest : public testing::Test {
 protected:
  WorkerMetrics a_;
  WorkerMetrics b_;
  ClientBook book_{2};
  std::array<const WorkerMetrics*, 2> workers_ = {&a_, &b_};
  TrafficTally tally_{workers_, book_};
};

TEST_F(TrafficTallyTest, sums_over_workers_and_gives_each_request_once) {
  a_.deployment("iris")->requests.observe(Service::kPredictions, 200, microseconds(900), a_.spares);
  b_.deployment("iris")->requests.observe(Service::kPredictions, 200, microseconds(900), b_.spares);
  b_.deployment("iris")->requests.observe(Service::kPredictions, 503, microseconds(10), b_.spares);
  a_.deployment("iris")->bytes_received.add(7);
  a_.deployment("quiet");
  const auto model = b_.model("iris", "team/iris:3");
  model->feedback.add(2);
  model->rewards.add(1.5);
  model->negative_rewards.add(0.25);
  book_.page("iris", "bot")->count(1, 17);

  const TrafficRows rows = tally_.take();
  ASSERT_EQ(rows.deployments.size(), 1u);
  EXPECT_EQ(rows.deployments[0].deployment, "iris");
  EXPECT_EQ(rows.deployments[0].received_bytes, 7u);
  ASSERT_EQ(rows.deployments[0].requests.size(), 2u);
  EXPECT_EQ(rows.deployments[0].requests[0].code, 200);
  EXPECT_EQ(rows.deployments[0].requests[0].durations[1], 2u);
  EXPECT_EQ(rows.deployments[0].requests[1].code, 503);
  EXPECT_EQ(rows.models,
            (std::vector<snapshot::ModelTraffic>{{"iris", "team/iris:3", 2, 1.5, 0.25}}));
  EXPECT_EQ(rows.clients, (std::vector<snapshot::ClientTraffic>{{"iris", "bot", 1, 17}}));

  const TrafficRows again = tally_.take();
  EXPECT_TRUE(again.deployments.empty() && again.models.empty() && again.clients.empty());
}

TEST_F(TrafficTallyTest, says_what_is_going_on_for_as_long_as_it_does) {
  a_.deployment("iris")->in_flight.add(2);
  for (int i = 0; i < 2; ++i) {
    const TrafficRows rows = tally_.take();
    ASSERT_EQ(rows.deployments.size(), 1u);
    EXPECT_EQ(rows.deployments[0].in_flight, 2);
  }
  a_.deployment("iris")->in_flight.add(-2);
  EXPECT_TRUE(tally_.take().deployments.empty());
}

TEST_F(TrafficTallyTest, gets_what_a_deployment_that_is_gone_counted_last_however_late) {
  a_.keep_until_taken();
  a_.deployment("iris")->requests.observe(Service::kPredictions, 200, microseconds(1), a_.spares);
  a_.model("iris", "iris:1")->feedback.add();
  const Monotonic begin{};
  a_.forget_unused_shards(begin);
  a_.forget_unused_shards(begin + 10 * WorkerMetrics::kKept);
  const TrafficRows rows = tally_.take();
  EXPECT_EQ(rows.deployments.size(), 1u);
  EXPECT_EQ(rows.models.size(), 1u);
  a_.forget_unused_shards(begin + 10 * WorkerMetrics::kKept);
  EXPECT_EQ(a_.deployment("iris").use_count(), 2);  // another shard: its counts begin anew
  EXPECT_TRUE(tally_.take().deployments.empty());
}

TEST(SplitRows, makes_one_report_of_nothing_and_several_of_much_with_the_time_in_the_first) {
  EXPECT_EQ(split_rows({}, milliseconds(5)).size(), 1u);
  TrafficRows rows;
  for (int i = 0; i < 20'000; ++i) {
    rows.deployments.push_back({"deployment-" + std::to_string(i), 1, 2, 3, {}});
    rows.clients.push_back({"deployment-" + std::to_string(i), "bot", 1, 2});
  }
  const auto reports = split_rows(rows, milliseconds(5));
  size_t deployments = 0;
  size_t clients = 0;
  milliseconds covered{0};
  for (const snapshot::TrafficReport& report : reports) {
    EXPECT_LT(snapshot::encode_traffic(report).size(), snapshot::kMaxTrafficBytes);
    EXPECT_EQ(report.period, milliseconds(5));
    deployments += report.deployments.size();
    clients += report.clients.size();
    covered += report.covered;
  }
  EXPECT_GT(reports.size(), 1u);
  EXPECT_EQ(deployments, 20'000u);
  EXPECT_EQ(clients, 20'000u);
  EXPECT_EQ(covered, milliseconds(5));
}

}  // namespace
}  // namespace slipway::gateway
