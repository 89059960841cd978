#include "gateway/request_series.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <utility>

namespace slipway::gateway {
namespace {

using std::chrono::microseconds;
using Counts = std::map<std::pair<Service, uint16_t>, uint64_t>;

Counts counts(const SeriesList& list) {
  Counts out;
  list.for_each([&](const RequestSeries& series) {
    telemetry::HistogramTotals totals;
    series.seconds.add_to(totals);
    out[{series.service, series.code}] += totals.count();
  });
  return out;
}

TEST(RequestSeries, has_the_usual_one_from_the_start) {
  const SeriesList list;
  EXPECT_EQ(counts(list), (Counts{{{Service::kPredictions, 200}, 0}}));
}

TEST(RequestSeries, counts_each_pair_apart) {
  SpareSeries spares;
  SeriesList list;
  list.observe(Service::kPredictions, 200, microseconds(5), spares);
  list.observe(Service::kPredictions, 500, microseconds(5), spares);
  list.observe(Service::kFeedback, 200, microseconds(5), spares);
  list.observe(Service::kFeedback, 200, microseconds(5), spares);
  EXPECT_EQ(counts(list), (Counts{{{Service::kPredictions, 200}, 1},
                                  {{Service::kPredictions, 500}, 1},
                                  {{Service::kFeedback, 200}, 2}}));
}

TEST(RequestSeries, a_model_with_a_thousand_codes_gets_no_thousand_series) {
  SpareSeries spares;
  SeriesList list;
  for (int code = 100; code < 1000; ++code) {
    list.observe(Service::kPredictions, code, microseconds(1), spares);
  }
  uint64_t all = 0;
  for (const auto& [key, count] : counts(list)) all += count;
  EXPECT_EQ(all, 900U);
  EXPECT_LE(counts(list).size(), 32U + 9U);
}

TEST(RequestSeries, says_what_it_could_not_count) {
  SpareSeries spares;
  while (spares.take() != nullptr) {
  }
  const uint64_t before = spares.uncounted();
  SeriesList list;
  list.observe(Service::kPredictions, 500, microseconds(1), spares);
  list.observe(Service::kPredictions, 200, microseconds(1), spares);
  EXPECT_EQ(spares.uncounted(), before + 1);
  EXPECT_EQ(counts(list), (Counts{{{Service::kPredictions, 200}, 1}}));
  spares.refill();
  list.observe(Service::kPredictions, 500, microseconds(1), spares);
  EXPECT_EQ((counts(list)[{Service::kPredictions, 500}]), 1U);
}

TEST(RequestSeries, is_read_while_it_grows) {
  SpareSeries spares;
  SeriesList list;
  std::thread writer([&] {
    for (int i = 0; i < 20'000; ++i) {
      list.observe(i % 2 == 0 ? Service::kPredictions : Service::kFeedback, 200 + i / 2 % 10,
                   microseconds(i), spares);
    }
  });
  size_t seen = 0;
  while (seen < 20) seen = counts(list).size();
  writer.join();
  uint64_t all = 0;
  for (const auto& [key, count] : counts(list)) all += count;
  EXPECT_EQ(all, 20'000U);
}

}  // namespace
}  // namespace slipway::gateway
