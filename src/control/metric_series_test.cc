#include "control/metric_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::control {
namespace {

using store::Metric;
using store::MetricPoint;
using store::MetricRange;
using store::SeriesKind;
using testing::HasSubstr;

constexpr int64_t kNow = 1'795'000'000'000 / 3'600'000 * 3'600'000;
constexpr int64_t kHour = 3'600'000;

MetricsQuestion ask(int64_t from, int64_t to, std::optional<int64_t> step = {}) {
  MetricsQuestion question;
  question.from_ms = from;
  question.to_ms = to;
  question.step_ms = step;
  return question;
}

std::string fault(const Result<MetricRange>& range) {
  return range || range.error().fields.empty()
             ? ""
             : range.error().fields[0].path + " " + range.error().fields[0].message;
}

TEST(ChooseRange, takes_a_step_that_gives_some_hundred_points_of_whole_slots) {
  for (const int64_t length :
       {kHour / 4, kHour, 6 * kHour, 24 * kHour, 7 * 24 * kHour, 30 * 24 * kHour}) {
    const auto range = choose_range(ask(kNow - length, kNow), kNow);
    ASSERT_TRUE(range) << range.error().message;
    EXPECT_LE(range->count, 301u);
    EXPECT_GE(range->count, 80u);
    EXPECT_EQ(range->coarse, length > 24 * kHour);
    EXPECT_EQ(range->step_ms % (range->coarse ? 300'000 : 10'000), 0);
    EXPECT_EQ(range->begin_ms % range->step_ms, 0);
    EXPECT_LE(range->begin_ms, kNow - length);
    EXPECT_GE(range->begin_ms + static_cast<int64_t>(range->count) * range->step_ms, kNow);
  }
}

TEST(ChooseRange, in_the_future_has_no_points_and_one_that_reaches_there_ends_now) {
  const auto future = choose_range(ask(kNow + kHour, kNow + 2 * kHour), kNow);
  ASSERT_TRUE(future);
  EXPECT_EQ(future->count, 0u);
  const auto half = choose_range(ask(kNow - kHour, kNow + kHour, 60'000), kNow);
  ASSERT_TRUE(half);
  EXPECT_EQ(half->count, 60u);
}

TEST(ChooseRange, says_which_parameter_is_wrong) {
  EXPECT_THAT(fault(choose_range(ask(kNow, kNow), kNow)), HasSubstr("?from must be before"));
  EXPECT_THAT(fault(choose_range(ask(kNow - kHour, kNow, 15'000), kNow)),
              HasSubstr("?step must be a multiple of 10 seconds"));
  EXPECT_THAT(fault(choose_range(ask(kNow - 48 * kHour, kNow, 10'000), kNow)),
              HasSubstr("?step must be a multiple of 300 seconds"));
  EXPECT_THAT(fault(choose_range(ask(kNow - 20 * kHour, kNow, 10'000), kNow)),
              HasSubstr("?step gives 7200 points"));
  EXPECT_THAT(fault(choose_range(ask(kNow - kHour, kNow, 0), kNow)), HasSubstr("?step"));
}

TEST(ChooseRange, forgets_what_is_longer_ago_than_anything_is_kept) {
  const auto range = choose_range(ask(0, kNow), kNow);
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_GE(range->begin_ms, kNow - 31 * 24 * kHour);
}

TEST(CheckNames, knows_what_there_is_of_each_split) {
  MetricsQuestion question;
  question.names = {"qps", "4xx", "memory"};
  EXPECT_TRUE(check_names(question));
  question.by = MetricsBy::kClient;
  const auto refused = check_names(question);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("'4xx', which is none of those by client"));
  EXPECT_EQ(refused.error().fields[0].path, "?series");
}

class SeriesMakerTest : public testing::Test {
 protected:
  static constexpr MetricRange kRange{kNow, 10'000, 3};

  static std::vector<MetricPoint> at(size_t step, Metric metric, double value) {
    std::vector<MetricPoint> points(3);
    points[step][metric] = value;
    return points;
  }
  // The middle step is the one that something is told of.
  static void cover(SeriesMaker& maker, const std::string& gateway, double ms) {
    maker.feed({"", SeriesKind::kGateway, gateway}, at(1, Metric::kCoveredMs, ms));
  }
  static std::optional<double> middle(const SeriesMaker& maker, const std::string& name) {
    for (const MetricSeries& series : maker.make()) {
      if (series.name != name) continue;
      EXPECT_EQ(series.values.size(), 3u);
      EXPECT_EQ(series.values[0], std::nullopt) << name;
      return series.values[1];
    }
    ADD_FAILURE() << "no series " << name;
    return std::nullopt;
  }
};

TEST_F(SeriesMakerTest, makes_rates_of_the_time_that_was_counted_in) {
  SeriesMaker maker({}, kRange);
  cover(maker, "a", 5'000);
  cover(maker, "b", 4'000);
  std::vector<MetricPoint> points(3);
  points[1][Metric::kGood] = 40;
  points[1][Metric::kRefused] = 6;
  points[1][Metric::kFailed] = 4;
  points[1][Metric::kInFlightMs] = 10'000;
  points[1].bucket(4) = 50;
  maker.feed({"iris", SeriesKind::kDeployment, ""}, points);
  EXPECT_EQ(middle(maker, "qps"), 10);
  EXPECT_EQ(middle(maker, "requests"), 50);
  EXPECT_EQ(middle(maker, "success_rate"), 0.92);
  EXPECT_EQ(middle(maker, "4xx"), 1.2);
  EXPECT_EQ(middle(maker, "5xx"), 0.8);
  EXPECT_EQ(middle(maker, "in_flight"), 2);
  EXPECT_NEAR(*middle(maker, "latency_p50"), 0.0075, 1e-9);
  EXPECT_EQ(middle(maker, "reward"), std::nullopt);
  EXPECT_EQ(middle(maker, "memory"), std::nullopt);
}

TEST_F(SeriesMakerTest, is_nothing_where_nobody_counted_and_0_where_nothing_came) {
  SeriesMaker maker({}, kRange);
  cover(maker, "a", 10'000);
  EXPECT_EQ(middle(maker, "qps"), 0);
  EXPECT_EQ(middle(maker, "success_rate"), std::nullopt);
  EXPECT_EQ(middle(maker, "latency_p99"), std::nullopt);
}

TEST_F(SeriesMakerTest, adds_up_models_by_image_or_tells_their_versions_apart) {
  for (const MetricsBy by : {MetricsBy::kImage, MetricsBy::kVersion}) {
    MetricsQuestion question;
    question.by = by;
    question.names = {"predict_qps", "reward"};
    SeriesMaker maker(question, kRange);
    cover(maker, "a", 10'000);
    for (const char* image : {"team/iris:1", "team/iris:2"}) {
      std::vector<MetricPoint> points(3);
      points[1][Metric::kGood] = 10;
      points[1][Metric::kFeedback] = 4;
      points[1][Metric::kRewards] = 3;
      points[1][Metric::kNegativeRewards] = 1;
      maker.feed({"iris", SeriesKind::kModel, image}, points);
    }
    const auto series = maker.make();
    ASSERT_EQ(series.size(), by == MetricsBy::kImage ? 2u : 4u);
    EXPECT_EQ(series[0].name, "predict_qps");
    EXPECT_EQ(series[0].values[1], by == MetricsBy::kImage ? 2 : 1);
    EXPECT_EQ(series[1].values[1], 0.5);
    EXPECT_EQ(series[0].labels[0],
              (std::pair<std::string, std::string>("model_image", "team/iris")));
    if (by == MetricsBy::kImage) continue;
    EXPECT_EQ(series[2].labels[1].second, "2");
  }
}

TEST_F(SeriesMakerTest, tells_what_replicas_take_alone_and_together) {
  for (const MetricsBy by : {MetricsBy::kNone, MetricsBy::kReplica}) {
    MetricsQuestion question;
    question.by = by;
    question.names = {"cpu", "memory", "restarts"};
    SeriesMaker maker(question, kRange);
    maker.feed({"", SeriesKind::kSampler, ""}, at(1, Metric::kCoveredMs, 10'000));
    for (const char* id : {"iris-r1-0", "iris-r1-1"}) {
      std::vector<MetricPoint> points(3);
      points[1][Metric::kSampledMs] = 5'000;
      points[1][Metric::kCpuMicros] = 2'500'000;
      points[1][Metric::kMemoryByteMs] = 1e9 * 5'000;
      points[1][Metric::kRestarts] = 1;
      maker.feed({"iris", SeriesKind::kReplica, id}, points);
    }
    EXPECT_EQ(middle(maker, "cpu"), 0.5);
    EXPECT_EQ(middle(maker, "memory"), 1e9);
    EXPECT_EQ(middle(maker, "restarts"), by == MetricsBy::kNone ? 2 : 1);
  }
}

TEST_F(SeriesMakerTest, shows_nothing_of_before_the_deployment_was_there) {
  MetricRange range = kRange;
  range.not_before_ms = kNow + 10'000;
  SeriesMaker maker({}, range);
  maker.feed({"", SeriesKind::kGateway, "a"}, std::vector<MetricPoint>(3, [] {
               MetricPoint point;
               point[Metric::kCoveredMs] = 10'000;
               return point;
             }()));
  EXPECT_EQ(middle(maker, "qps"), 0);
}

}  // namespace
}  // namespace slipway::control
