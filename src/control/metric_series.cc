#include "control/metric_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "snapshot/model_name.h"
#include "telemetry/quantile.h"

namespace slipway::control {
namespace {

using store::Metric;
using store::MetricPoint;
using store::MetricRange;
using store::SeriesKind;

static_assert(store::kDurationBuckets == telemetry::kDurationBounds.size() + 1);

// One step of one group.
struct Step {
  const MetricPoint& point;
  const MetricPoint& models;
  double counted_ms = 0;
  double sampled_ms = 0;
  double seconds() const { return counted_ms / 1e3; }
};
using Value = std::optional<double>;

double all_of(const MetricPoint& point) {
  return point[Metric::kGood] + point[Metric::kRefused] + point[Metric::kFailed];
}

Value per_second(const Step& step, double count) {
  if (!(step.counted_ms > 0)) return std::nullopt;
  return count / step.seconds();
}

Value ratio(double part, double whole) {
  if (!(whole > 0)) return std::nullopt;
  return part / whole;
}

template <int kPercent>
Value latency(const Step& step) {
  telemetry::BucketCounts counts{};
  for (size_t i = 0; i < counts.size(); ++i) counts[i] = step.point.bucket(i);
  return telemetry::quantile(kPercent / 100.0, counts);
}

Value sampled(const Step& step, double amount) {
  if (!(step.sampled_ms > 0)) return std::nullopt;
  return amount / step.sampled_ms;
}

constexpr uint8_t kWhole = 1;
constexpr uint8_t kModel = 2;
constexpr uint8_t kClient = 4;
constexpr uint8_t kReplica = 8;

struct Definition {
  std::string_view name;
  std::string_view unit;
  uint8_t splits;  // for which there is such a series
  Value (*value)(const Step& step);
};

// Of a model, what stands in Step::point are the exchanges with its replicas.
constexpr std::array kDefinitions = {
    Definition{"qps", "1/s", kWhole | kModel | kClient,
               [](const Step& s) {
                 return per_second(s, all_of(s.point) + s.point[Metric::kClientRequests]);
               }},
    Definition{"requests", "requests", kWhole | kModel | kClient,
               [](const Step& s) -> Value {
                 if (!(s.counted_ms > 0)) return std::nullopt;
                 return all_of(s.point) + s.point[Metric::kClientRequests];
               }},
    Definition{"success_rate", "ratio", kWhole | kModel,
               [](const Step& s) {
                 return ratio(all_of(s.point) - s.point[Metric::kFailed], all_of(s.point));
               }},
    Definition{"4xx", "1/s", kWhole | kModel,
               [](const Step& s) { return per_second(s, s.point[Metric::kRefused]); }},
    Definition{"5xx", "1/s", kWhole | kModel,
               [](const Step& s) { return per_second(s, s.point[Metric::kFailed]); }},
    Definition{"predict_qps", "1/s", kWhole | kModel,
               [](const Step& s) { return per_second(s, all_of(s.models)); }},
    Definition{"reward", "reward", kWhole | kModel,
               [](const Step& s) {
                 return ratio(s.models[Metric::kRewards] - s.models[Metric::kNegativeRewards],
                              s.models[Metric::kFeedback]);
               }},
    Definition{"feedback", "feedback", kWhole | kModel,
               [](const Step& s) -> Value {
                 if (!(s.counted_ms > 0)) return std::nullopt;
                 return s.models[Metric::kFeedback];
               }},
    Definition{"latency_p50", "s", kWhole | kModel, &latency<50>},
    Definition{"latency_p75", "s", kWhole | kModel, &latency<75>},
    Definition{"latency_p90", "s", kWhole | kModel, &latency<90>},
    Definition{"latency_p95", "s", kWhole | kModel, &latency<95>},
    Definition{"latency_p99", "s", kWhole | kModel, &latency<99>},
    Definition{"in_flight", "requests", kWhole,
               [](const Step& s) -> Value {
                 if (!(s.counted_ms > 0)) return std::nullopt;
                 return s.point[Metric::kInFlightMs] / s.counted_ms;
               }},
    Definition{"received_bytes", "B/s", kWhole,
               [](const Step& s) { return per_second(s, s.point[Metric::kReceivedBytes]); }},
    Definition{"sent_bytes", "B/s", kWhole,
               [](const Step& s) { return per_second(s, s.point[Metric::kSentBytes]); }},
    Definition{"cpu", "cores", kWhole | kReplica,
               [](const Step& s) { return sampled(s, s.point[Metric::kCpuMicros] / 1e3); }},
    Definition{"memory", "B", kWhole | kReplica,
               [](const Step& s) { return sampled(s, s.point[Metric::kMemoryByteMs]); }},
    Definition{"restarts", "restarts", kWhole | kReplica,
               [](const Step& s) -> Value {
                 if (!(s.sampled_ms > 0)) return std::nullopt;
                 return s.point[Metric::kRestarts];
               }},
};

uint8_t bit_of(MetricsBy by) {
  switch (by) {
    case MetricsBy::kImage:
    case MetricsBy::kVersion:
      return kModel;
    case MetricsBy::kClient:
      return kClient;
    case MetricsBy::kReplica:
      return kReplica;
    case MetricsBy::kNone:
      break;
  }
  return kWhole;
}

constexpr std::array<std::pair<MetricsBy, std::string_view>, 5> kSplits = {
    {{MetricsBy::kNone, "none"},
     {MetricsBy::kImage, "image"},
     {MetricsBy::kVersion, "version"},
     {MetricsBy::kClient, "client"},
     {MetricsBy::kReplica, "replica"}}};

constexpr std::array<int64_t, 16> kUsualSteps = {10,     20,     30,     60,    120,   300,
                                                 600,    1'200,  1'800,  3'600, 7'200, 10'800,
                                                 14'400, 21'600, 43'200, 86'400};

Failure refused(std::string_view parameter, const std::string& problem) {
  return fail(Error{ErrorCode::kInvalid,
                    fmt::format("the query parameter '{}' {}", parameter, problem),
                    {{fmt::format("?{}", parameter), problem}}});
}

int64_t usual_step(int64_t length_ms, int64_t slot_ms) {
  for (const int64_t seconds : kUsualSteps) {
    const int64_t step = seconds * 1000;
    if (step % slot_ms == 0 && length_ms / step < kUsualPoints) return step;
  }
  return kUsualSteps.back() * 1000;
}

}  // namespace

std::optional<MetricsBy> parse_metrics_by(std::string_view text) {
  const auto* const found = std::find_if(kSplits.begin(), kSplits.end(),
                                         [&](const auto& split) { return split.second == text; });
  if (found == kSplits.end()) return std::nullopt;
  return found->first;
}

std::string_view to_string(MetricsBy by) { return kSplits.at(static_cast<size_t>(by)).second; }

Result<MetricRange> choose_range(const MetricsQuestion& question, int64_t now_ms) {
  if (question.from_ms >= question.to_ms) return refused("from", "must be before 'to'");
  // What is older is not kept; what is later has not been.
  const int64_t from = std::max(question.from_ms, now_ms - store::kCoarseRingMs);
  const int64_t to = std::min(question.to_ms, now_ms);
  MetricRange range;
  range.coarse = from < now_ms - store::kFineRingMs;
  const int64_t slot = range.coarse ? store::kCoarseSlotMs : store::kFineSlotMs;
  const int64_t length = std::max<int64_t>(0, to - from);
  range.step_ms = question.step_ms.value_or(usual_step(length, slot));
  if (range.step_ms <= 0 || range.step_ms % slot != 0) {
    return refused("step",
                   fmt::format("must be a multiple of {} seconds for a time that begins {}",
                               slot / 1000, range.coarse ? "more than 24 h ago" : "within 24 h"));
  }
  range.begin_ms = from / range.step_ms * range.step_ms;
  if (from >= to) return range;
  const int64_t count = (to - range.begin_ms + range.step_ms - 1) / range.step_ms;
  if (count > kMostPoints) {
    return refused("step", fmt::format("gives {} points, the most are {}; take a longer step or a "
                                       "shorter time",
                                       count, kMostPoints));
  }
  range.count = static_cast<size_t>(count);
  return range;
}

std::vector<std::string_view> series_names(MetricsBy by) {
  std::vector<std::string_view> names;
  for (const Definition& definition : kDefinitions) {
    if ((definition.splits & bit_of(by)) != 0) names.push_back(definition.name);
  }
  return names;
}

Result<void> check_names(const MetricsQuestion& question) {
  const std::vector<std::string_view> known = series_names(question.by);
  for (const std::string& name : question.names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return refused("series",
                   fmt::format("has '{}', which is none of those by {}: {}", name.substr(0, 64),
                               to_string(question.by), fmt::join(known, ", ")));
  }
  return {};
}

SeriesMaker::SeriesMaker(MetricsQuestion question, const MetricRange& range)
    : question_(std::move(question)), range_(range), counted_(range.count), sampled_(range.count) {
  // What has no parts is there also where nothing happened.
  if (question_.by == MetricsBy::kNone) group_of({});
}

std::vector<SeriesKind> SeriesMaker::kinds() const {
  switch (question_.by) {
    case MetricsBy::kImage:
    case MetricsBy::kVersion:
      return {SeriesKind::kModel};
    case MetricsBy::kClient:
      return {SeriesKind::kClient};
    case MetricsBy::kReplica:
      return {SeriesKind::kReplica};
    case MetricsBy::kNone:
      break;
  }
  return {SeriesKind::kDeployment, SeriesKind::kModel, SeriesKind::kReplica};
}

SeriesMaker::Group& SeriesMaker::group_of(const store::SeriesName& name) {
  std::vector<std::pair<std::string, std::string>> labels;
  const snapshot::ModelName model = snapshot::split_image(name.name);
  switch (question_.by) {
    case MetricsBy::kImage:
      labels = {{"model_image", std::string(model.image)}};
      break;
    case MetricsBy::kVersion:
      labels = {{"model_image", std::string(model.image)},
                {"model_version", std::string(model.version)}};
      break;
    case MetricsBy::kClient:
      labels = {{"client", name.name}};
      break;
    case MetricsBy::kReplica:
      labels = {{"replica", name.name}};
      break;
    case MetricsBy::kNone:
      break;
  }
  for (Group& group : groups_) {
    if (group.labels == labels) return group;
  }
  groups_.push_back({std::move(labels), std::vector<MetricPoint>(range_.count),
                     std::vector<MetricPoint>(range_.count)});
  return groups_.back();
}

void SeriesMaker::add(std::vector<MetricPoint>& to, std::span<const MetricPoint> points) const {
  for (size_t i = 0; i < to.size(); ++i) to[i] += points[i];
}

void SeriesMaker::feed(const store::SeriesName& name, std::span<const MetricPoint> points) {
  const auto cover = [&](std::vector<double>& covered) {
    const auto whole = static_cast<double>(range_.step_ms);
    for (size_t i = 0; i < covered.size(); ++i) {
      covered[i] = std::min(whole, std::max(covered[i], points[i][Metric::kCoveredMs]));
    }
  };
  if (name.kind == SeriesKind::kGateway) return cover(counted_);
  if (name.kind == SeriesKind::kSampler) return cover(sampled_);
  Group& group = group_of(name);
  if (name.kind != SeriesKind::kModel) return add(group.points, points);
  add(group.models, points);
  if (question_.by != MetricsBy::kNone) add(group.points, points);
}

std::vector<MetricSeries> SeriesMaker::make() const {
  std::vector<MetricSeries> out;
  for (const Group& group : groups_) {
    for (const Definition& definition : kDefinitions) {
      if ((definition.splits & bit_of(question_.by)) == 0) continue;
      const auto& names = question_.names;
      if (!names.empty() && std::find(names.begin(), names.end(), definition.name) == names.end()) {
        continue;
      }
      MetricSeries series{
          std::string(definition.name), std::string(definition.unit), group.labels, {}};
      series.values.reserve(range_.count);
      for (size_t i = 0; i < range_.count; ++i) {
        const bool known =
            range_.begin_ms + static_cast<int64_t>(i + 1) * range_.step_ms > range_.not_before_ms;
        // A replica is sampled while it runs; the whole is, while anybody samples.
        const double sampled_ms =
            question_.by == MetricsBy::kReplica ? group.points[i][Metric::kSampledMs] : sampled_[i];
        series.values.push_back(
            known ? definition.value({group.points[i], group.models[i], counted_[i], sampled_ms})
                  : std::nullopt);
      }
      out.push_back(std::move(series));
    }
  }
  return out;
}

}  // namespace slipway::control
