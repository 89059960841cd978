#include "store/metric_point.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace slipway::store {
namespace {

MetricPoint any_point() {
  MetricPoint point;
  const auto used = *rc::gen::container<std::vector<int>>(rc::gen::inRange<int>(0, kMetrics));
  for (const int metric : used) {
    point.values[static_cast<size_t>(metric)] =
        static_cast<double>(*rc::gen::inRange<int64_t>(0, 1'000'000'000'000));
  }
  point[Metric::kRewards] /= 3;
  return point;
}

RC_GTEST_PROP(MetricPoint, comes_back_as_it_was, ()) {
  const MetricPoint point = any_point();
  RC_ASSERT(decode_point(encode_point(point)).value() == point);
}

RC_GTEST_PROP(MetricPoint, points_of_a_block_come_back_as_they_were, ()) {
  std::vector<MetricPoint> points(*rc::gen::inRange<size_t>(1, 61));
  for (MetricPoint& point : points) {
    if (*rc::gen::inRange(0, 3) == 0) point = any_point();
  }
  std::vector<MetricPoint> back(points.size());
  RC_ASSERT(
      visit_points(encode_points(points), points.size(),
                   [&](size_t slot, Metric metric, double value) { back[slot][metric] = value; })
          .has_value());
  RC_ASSERT(back == points);
}

RC_GTEST_PROP(MetricPoint, parts_add_up_to_the_whole, ()) {
  const MetricPoint point = any_point();
  const auto total = *rc::gen::inRange<int64_t>(1, 100'000);
  MetricPoint sum;
  int64_t begin = 0;
  while (begin < total) {
    const int64_t end = std::min(total, begin + *rc::gen::inRange<int64_t>(1, total + 1));
    const MetricPoint part = point.part(begin, end, total);
    for (const double value : part.values) RC_ASSERT(value >= 0);
    sum += part;
    begin = end;
  }
  for (size_t i = 0; i < kMetrics; ++i) {
    RC_ASSERT(std::abs(sum.values[i] - point.values[i]) <= 1e-9 * point.values[i]);
  }
}

RC_GTEST_PROP(MetricPoint, bytes_of_anybody_are_refused_or_read, (const std::string& bytes)) {
  (void)decode_point(bytes);
  (void)visit_points(bytes, 60, [](size_t slot, Metric metric, double value) {
    RC_ASSERT(slot < 60 && metric < Metric::kEnd && std::isfinite(value));
  });
}

TEST(MetricPoint, of_a_quiet_block_takes_next_to_nothing) {
  std::vector<MetricPoint> points(60);
  EXPECT_EQ(encode_points(points), "");
  points[30][Metric::kGood] = 5;
  EXPECT_LE(encode_points(points).size(), 6u);
}

}  // namespace
}  // namespace slipway::store
