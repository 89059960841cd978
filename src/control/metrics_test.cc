#include "control/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::control {
namespace {

using store::Metric;
using store::MetricRow;
using store::SeriesKind;
using store::WriteTransaction;

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() {
    const auto furnished = store_->write([&](WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      domain::Deployment iris = store::sample_deployment("iris");
      iris.created_at = clock_.now();
      return store::deployments::insert(tx, iris);
    });
    if (!furnished) throw std::runtime_error(furnished.error().message);
    ada_.user = "ada";
    ada_.groups = {"default"};
    eve_.user = "eve";
    eve_.groups = {"other"};
  }

  int64_t now() const { return to_unix_micros(clock_.now()) / 1000; }
  // 10 s that end now.
  void count(double good) {
    MetricRow row{{"iris", SeriesKind::kDeployment, ""}, {}};
    row.point[Metric::kGood] = good;
    row.point.bucket(4) = good;
    MetricRow covered{{"", SeriesKind::kGateway, "gw"}, {}};
    covered.point[Metric::kCoveredMs] = 10'000;
    ASSERT_TRUE(history_.add(std::nullopt, {now() - 10'000, now(), {row, covered}}));
  }
  MetricsQuestion last(int64_t ms) const {
    MetricsQuestion question;
    question.from_ms = now() - ms;
    question.to_ms = now();
    question.names = {"qps"};
    return question;
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  store::MetricsHistory history_{folder_.path() / "metrics.db", {}};
  std::unique_ptr<Metrics> metrics_ = make_metrics(*store_, history_, clock_);
  Caller ada_;
  Caller eve_;
};

TEST_F(MetricsTest, of_a_deployment_are_for_those_who_see_it) {
  clock_.advance(std::chrono::seconds(10));
  count(50);
  const auto seen = metrics_->of_deployment(ada_, "iris", last(10'000));
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->series.size(), 1u);
  EXPECT_EQ(seen->series[0].values, (std::vector<std::optional<double>>{5}));
  EXPECT_EQ(metrics_->of_deployment(eve_, "iris", last(10'000)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(metrics_->of_deployment(ada_, "mnist", last(10'000)).error().code,
            ErrorCode::kNotFound);
}

TEST_F(MetricsTest, do_not_show_what_another_deployment_of_the_same_id_did) {
  count(50);  // ended just as this one was made
  clock_.advance(std::chrono::seconds(10));
  count(20);
  const auto seen = metrics_->of_deployment(ada_, "iris", last(20'000));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->series[0].values, (std::vector<std::optional<double>>{std::nullopt, 2}));
  const auto glance = metrics_->glance(ada_, {});
  ASSERT_TRUE(glance);
  EXPECT_EQ(glance->rows.at(0).qps.back(), 2);
}

TEST_F(MetricsTest, in_the_future_are_an_empty_series) {
  MetricsQuestion question = last(0);
  question.from_ms = now() + 1'000'000;
  question.to_ms = now() + 2'000'000;
  const auto seen = metrics_->of_deployment(ada_, "iris", question);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->count, 0u);
  ASSERT_EQ(seen->series.size(), 1u);
  EXPECT_TRUE(seen->series[0].values.empty());
}

TEST_F(MetricsTest, at_a_glance_are_those_of_ones_own_groups) {
  clock_.advance(std::chrono::minutes(30));
  count(30);
  const auto seen = metrics_->glance(ada_, {});
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->rows.size(), 1u);
  EXPECT_EQ(seen->rows[0].id, "iris");
  ASSERT_EQ(seen->rows[0].qps.size(), seen->count);
  EXPECT_EQ(seen->rows[0].qps.back(), 3);
  EXPECT_NEAR(*seen->rows[0].latency_p95.back(), 0.00975, 1e-9);
  EXPECT_TRUE(metrics_->glance(eve_, {})->rows.empty());
  EXPECT_TRUE(metrics_->glance(eve_, {"iris"})->rows.empty());
  EXPECT_EQ(metrics_->glance(ada_, {"iris", "mnist"})->rows.size(), 1u);
  EXPECT_TRUE(metrics_->glance(ada_, {"mnist"})->rows.empty());
}

}  // namespace
}  // namespace slipway::control
