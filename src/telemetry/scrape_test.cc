#include "telemetry/scrape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace slipway::telemetry {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;

class TwoWorkers : public MetricSource {
 public:
  void collect(Scrape& out) const override {
    out.counter("slipway_requests_total", "Requests.", {{"deployment", "iris"}},
                a.value() + b.value());
    out.gauge("slipway_open", "Open.", {}, static_cast<double>(open.value()));
    HistogramTotals totals;
    first.add_to(totals);
    second.add_to(totals);
    out.histogram("slipway_seconds", "Durations.", {{"code", "2\"xx"}}, totals);
  }
  Counter a, b;
  Gauge open;
  Histogram first, second;
};

TEST(Scrape, sums_the_shards_into_prometheus_text) {
  TwoWorkers source;
  source.a.add(2);
  source.b.add(3);
  source.open.add(4);
  source.open.add(-1);
  source.first.observe(microseconds(400));
  source.second.observe(microseconds(2'000));
  const std::array<const MetricSource*, 1> sources = {&source};
  const std::string text = scrape(sources);
  EXPECT_THAT(text, HasSubstr("# TYPE slipway_requests_total counter"));
  EXPECT_THAT(text, HasSubstr("slipway_requests_total{deployment=\"iris\"} 5"));
  EXPECT_THAT(text, HasSubstr("slipway_open 3"));
  EXPECT_THAT(text, HasSubstr("slipway_seconds_count{code=\"2\\\"xx\"} 2"));
  EXPECT_THAT(text, HasSubstr("slipway_seconds_bucket{code=\"2\\\"xx\",le=\"0.0005\"} 1"));
  EXPECT_THAT(text, HasSubstr("slipway_seconds_bucket{code=\"2\\\"xx\",le=\"+Inf\"} 2"));
}

TEST(Scrape, is_text_that_prometheus_reads) {
  struct Odd : MetricSource {
    void collect(Scrape& out) const override {
      out.sum("a_total", "Back\\slash \"quote\"\nline", {{"x", "1\\2\n"}, {"y", ""}}, 0.25);
      out.gauge("b", "Big.", {}, 1e18);
      HistogramTotals totals;
      totals.buckets[1] = 3;
      totals.sum_microseconds = 2'500;
      out.histogram("c", "None.", {}, totals);
    }
  };
  const Odd odd;
  const std::array<const MetricSource*, 1> sources = {&odd};
  const std::string text = scrape(sources);
  EXPECT_THAT(text, testing::StartsWith("# HELP a_total Back\\\\slash \"quote\"\\nline\n"
                                        "# TYPE a_total counter\n"
                                        "a_total{x=\"1\\\\2\\n\",y=\"\"} 0.25\n"
                                        "# HELP b Big.\n# TYPE b gauge\nb 1e+18\n"));
  EXPECT_THAT(text, HasSubstr("c_bucket{le=\"0.0005\"} 0\nc_bucket{le=\"0.001\"} 3\n"));
  EXPECT_THAT(text, testing::EndsWith("c_bucket{le=\"300\"} 3\nc_bucket{le=\"+Inf\"} 3\n"
                                      "c_sum 0.0025\nc_count 3\n"));
}

TEST(Scrape, puts_samples_of_several_sources_into_one_family) {
  TwoWorkers first;
  TwoWorkers second;
  const std::array<const MetricSource*, 2> sources = {&first, &second};
  const std::string text = scrape(sources);
  const std::string line = "# TYPE slipway_open gauge";
  EXPECT_EQ(text.find(line), text.rfind(line));
  EXPECT_NE(text.find(line), std::string::npos);
}

TEST(Histogram, puts_a_bound_itself_into_its_bucket_and_the_rest_above) {
  Histogram histogram;
  histogram.observe(microseconds(500));
  histogram.observe(microseconds(501));
  histogram.observe(microseconds(-3));
  histogram.observe(std::chrono::hours(1));
  HistogramTotals totals;
  histogram.add_to(totals);
  EXPECT_EQ(totals.buckets.front(), 2u);
  EXPECT_EQ(totals.buckets[1], 1u);
  EXPECT_EQ(totals.buckets.back(), 1u);
  EXPECT_EQ(totals.count(), 4u);
  EXPECT_EQ(totals.sum_microseconds, 1001u + 3'600'000'000u);
}

}  // namespace
}  // namespace slipway::telemetry
