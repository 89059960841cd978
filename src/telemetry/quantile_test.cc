#include "telemetry/quantile.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace slipway::telemetry {
namespace {

TEST(Quantile, of_nothing_is_none) { EXPECT_EQ(quantile(0.5, {}), std::nullopt); }

TEST(Quantile, is_what_prometheus_says) {
  // histogram_quantile over le=0.01:8, 0.025:16, 0.05:20, +Inf:20.
  BucketCounts counts{};
  counts[4] = 8;
  counts[5] = 8;
  counts[6] = 4;
  EXPECT_NEAR(*quantile(0.5, counts), 0.01 + 0.015 * 2 / 8, 1e-12);
  EXPECT_NEAR(*quantile(0.2, counts), 0.005 + 0.005 * 4 / 8, 1e-12);
  EXPECT_NEAR(*quantile(1, counts), 0.05, 1e-12);
  EXPECT_NEAR(*quantile(0.8, counts), 0.025, 1e-12);
}

TEST(Quantile, in_the_lowest_bucket_begins_at_0_and_above_the_last_bound_is_that_bound) {
  BucketCounts counts{};
  counts[0] = 4;
  EXPECT_NEAR(*quantile(0.5, counts), 0.00025, 1e-12);
  counts = {};
  counts.back() = 1;
  EXPECT_EQ(*quantile(0.5, counts), 300);
}

RC_GTEST_PROP(Quantile, grows_with_q_and_lies_in_the_bucket_of_that_observation,
              (std::vector<uint32_t> micros)) {
  RC_PRE(!micros.empty());
  BucketCounts counts{};
  for (uint32_t& one : micros) {
    one %= 400'000'000;
    const auto* const bound =
        std::lower_bound(kDurationBounds.begin(), kDurationBounds.end(), uint64_t{one});
    ++counts.at(static_cast<size_t>(bound - kDurationBounds.begin()));
  }
  std::sort(micros.begin(), micros.end());
  double last = 0;
  for (const double q : {0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0}) {
    const double value = quantile(q, counts).value();
    RC_ASSERT(value >= last);
    last = value;
    const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(micros.size())));
    const uint64_t observed = micros[std::max<size_t>(rank, 1) - 1];
    const auto* const bound =
        std::lower_bound(kDurationBounds.begin(), kDurationBounds.end(), observed);
    if (bound == kDurationBounds.end()) {
      RC_ASSERT(value == 300.0);
    } else {
      RC_ASSERT(value <= static_cast<double>(*bound) / 1e6 + 1e-9);
      const double begin = bound == kDurationBounds.begin() ? 0 : static_cast<double>(*(bound - 1));
      RC_ASSERT(value >= begin / 1e6 - 1e-9);
    }
  }
}

}  // namespace
}  // namespace slipway::telemetry
