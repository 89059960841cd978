#include "telemetry/scrape.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace slipway::telemetry {
namespace {

prometheus::ClientMetric labelled(Labels labels) {
  prometheus::ClientMetric metric;
  metric.label.reserve(labels.size());
  for (const auto& [name, value] : labels) {
    metric.label.push_back({std::string(name), std::string(value)});
  }
  return metric;
}

constexpr double to_seconds(uint64_t microseconds) {
  return static_cast<double>(microseconds) / 1e6;
}

}  // namespace

struct Scrape::Families {
  std::vector<prometheus::MetricFamily> all;

  // A page has some dozens of families: a linear search is fine.
  prometheus::MetricFamily& family(std::string_view name, std::string_view help,
                                   prometheus::MetricType type) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& f) { return f.name == name; });
    if (found != all.end()) return *found;
    return all.emplace_back(
        prometheus::MetricFamily{std::string(name), std::string(help), type, {}});
  }
};

Scrape::Scrape() : families_(std::make_unique<Families>()) {}
Scrape::~Scrape() = default;

void Scrape::counter(std::string_view name, std::string_view help, Labels labels, uint64_t value) {
  sum(name, help, labels, static_cast<double>(value));
}

void Scrape::sum(std::string_view name, std::string_view help, Labels labels, double value) {
  prometheus::ClientMetric metric = labelled(labels);
  metric.counter.value = value;
  families_->family(name, help, prometheus::MetricType::Counter).metric.push_back(metric);
}

void Scrape::gauge(std::string_view name, std::string_view help, Labels labels, double value) {
  prometheus::ClientMetric metric = labelled(labels);
  metric.gauge.value = value;
  families_->family(name, help, prometheus::MetricType::Gauge).metric.push_back(metric);
}

void Scrape::histogram(std::string_view name, std::string_view help, Labels labels,
                       const HistogramTotals& totals) {
  prometheus::ClientMetric metric = labelled(labels);
  uint64_t cumulative = 0;
  for (size_t i = 0; i < totals.buckets.size(); ++i) {
    cumulative += totals.buckets[i];
    const double bound = i < kDurationBounds.size() ? to_seconds(kDurationBounds[i])
                                                    : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({cumulative, bound});
  }
  metric.histogram.sample_count = cumulative;
  metric.histogram.sample_sum = to_seconds(totals.sum_microseconds);
  families_->family(name, help, prometheus::MetricType::Histogram).metric.push_back(metric);
}

class SourcesCollectable : public prometheus::Collectable {
 public:
  explicit SourcesCollectable(std::span<const MetricSource* const> sources) : sources_(sources) {}
  std::vector<prometheus::MetricFamily> Collect() const override {
    Scrape scrape;
    for (const MetricSource* source : sources_) source->collect(scrape);
    return std::move(scrape.families_->all);
  }

 private:
  std::span<const MetricSource* const> sources_;
};

std::string scrape(std::span<const MetricSource* const> sources) {
  return prometheus::TextSerializer().Serialize(SourcesCollectable(sources).Collect());
}

}  // namespace slipway::telemetry
