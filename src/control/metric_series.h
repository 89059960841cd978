#pragma once
// What the history keeps, as the series that people look at: the same meanings as the boards of
// packaging/grafana have (docs/metrics.md). Pure.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/metrics_history.h"

namespace slipway::control {

// What a question is split by.
enum class MetricsBy { kNone, kImage, kVersion, kClient, kReplica };
std::optional<MetricsBy> parse_metrics_by(std::string_view text);
std::string_view to_string(MetricsBy by);

struct MetricsQuestion {
  int64_t from_ms = 0;  // Unix
  int64_t to_ms = 0;
  std::optional<int64_t> step_ms = {};
  MetricsBy by = MetricsBy::kNone;
  std::vector<std::string> names = {};  // empty: all that there are
};

struct MetricSeries {
  std::string name;
  std::string unit;
  std::vector<std::pair<std::string, std::string>> labels = {};
  std::vector<std::optional<double>> values = {};  // none: nobody knows, or there was nothing
  bool operator==(const MetricSeries&) const = default;
};

// Most points of a series; how many there are about when no step was asked for.
inline constexpr int64_t kMostPoints = 2'000;
inline constexpr int64_t kUsualPoints = 300;

// The steps that answer the question: whole slots, from the ring that reaches back far enough, and
// none later than now. kInvalid names the parameter.
Result<store::MetricRange> choose_range(const MetricsQuestion& question, int64_t now_ms);

// Names of the series that there are when split so.
std::vector<std::string_view> series_names(MetricsBy by);
// kInvalid, naming "?series" and what there is.
Result<void> check_names(const MetricsQuestion& question);

// Gathers the points of one deployment and makes the series.
class SeriesMaker {
 public:
  SeriesMaker(MetricsQuestion question, const store::MetricRange& range);

  // Which kinds of the deployment's series, and of the deployment "", it wants to be fed.
  std::vector<store::SeriesKind> kinds() const;
  static std::vector<store::SeriesKind> coverage_kinds() {
    return {store::SeriesKind::kGateway, store::SeriesKind::kSampler};
  }

  void feed(const store::SeriesName& name, std::span<const store::MetricPoint> points);
  // After everything was fed.
  std::vector<MetricSeries> make() const;

 private:
  struct Group {
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<store::MetricPoint> points;  // of the deployment itself, a client or a replica
    std::vector<store::MetricPoint> models;  // of its models
  };
  Group& group_of(const store::SeriesName& name);
  void add(std::vector<store::MetricPoint>& to, std::span<const store::MetricPoint> points) const;

  const MetricsQuestion question_;
  const store::MetricRange range_;
  // Milliseconds of each step that were counted in; of several gateways the one with most.
  std::vector<double> counted_;
  std::vector<double> sampled_;
  std::vector<Group> groups_;  // in the order of their first series
};

}  // namespace slipway::control
