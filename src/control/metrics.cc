#include "control/metrics.h"

#include <array>
#include <utility>

#include "control/deployment_access.h"
#include "store/deployments.h"

namespace slipway::control {
namespace {

using store::MetricPoint;
using store::ReadTransaction;
using store::SeriesKind;
using store::SeriesName;

constexpr int64_t kGlanceMs = 3'600'000;
constexpr int64_t kGlanceStepMs = 300'000;

const std::vector<std::string> kCoverage = {""};

// Before it the id may have been another's.
int64_t begin_of(const domain::Deployment& deployment) {
  return to_unix_micros(deployment.created_at) / 1000;
}

class StoredMetrics final : public Metrics {
 public:
  StoredMetrics(store::Store& store, store::MetricsHistory& history, const Clock& clock)
      : store_(store), history_(history), clock_(clock) {}

  Result<MetricsAnswer> of_deployment(const Caller& caller, const std::string& id,
                                      const MetricsQuestion& question) override {
    TRY_ASSIGN(const auto deployment,
               store_.read([&](ReadTransaction& tx) { return find_visible(tx, caller, id); }));
    TRY(check_names(question));
    TRY_ASSIGN(store::MetricRange range, choose_range(question, now()));
    range.not_before_ms = begin_of(deployment);
    SeriesMaker maker(question, range);
    const auto feed = [&](const SeriesName& name, std::span<const MetricPoint> points) {
      maker.feed(name, points);
    };
    if (range.count > 0) {
      TRY(history_.read(kCoverage, SeriesMaker::coverage_kinds(), range, feed));
      TRY(history_.read(std::vector<std::string>{id}, maker.kinds(), range, feed));
    }
    return MetricsAnswer{range.begin_ms, range.step_ms, range.count, maker.make(),
                         history_.problem()};
  }

  Result<MetricsGlance> glance(const Caller& caller, const std::set<std::string>& ids) override {
    TRY_ASSIGN(const auto deployments,
               store_.read([](ReadTransaction& tx) { return store::deployments::all(tx); }));
    MetricsQuestion question;
    question.to_ms = now();
    question.from_ms = question.to_ms - kGlanceMs;
    question.step_ms = kGlanceStepMs;
    question.names = {"qps", "latency_p95"};
    TRY_ASSIGN(store::MetricRange range, choose_range(question, question.to_ms));
    std::vector<std::pair<SeriesName, std::vector<MetricPoint>>> coverage;
    TRY(history_.read(kCoverage, std::array{SeriesKind::kGateway}, range,
                      [&](const SeriesName& name, std::span<const MetricPoint> points) {
                        coverage.emplace_back(
                            name, std::vector<MetricPoint>(points.begin(), points.end()));
                      }));
    MetricsGlance glance{range.begin_ms, range.step_ms, range.count, {}, history_.problem()};
    for (const domain::Deployment& deployment : deployments) {
      if (!may_see_group(caller, deployment.group)) continue;
      if (!ids.empty() && !ids.contains(deployment.id)) continue;
      range.not_before_ms = begin_of(deployment);
      SeriesMaker maker(question, range);
      for (const auto& [name, points] : coverage) maker.feed(name, points);
      TRY(history_.read(std::vector<std::string>{deployment.id},
                        std::array{SeriesKind::kDeployment}, range,
                        [&](const SeriesName& name, std::span<const MetricPoint> points) {
                          maker.feed(name, points);
                        }));
      std::vector<MetricSeries> series = maker.make();
      glance.rows.push_back(
          {deployment.id, std::move(series[0].values), std::move(series[1].values)});
    }
    return glance;
  }

 private:
  int64_t now() const { return to_unix_micros(clock_.now()) / 1000; }

  store::Store& store_;
  store::MetricsHistory& history_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Metrics> make_metrics(store::Store& store, store::MetricsHistory& history,
                                      const Clock& clock) {
  return std::make_unique<StoredMetrics>(store, history, clock);
}

}  // namespace slipway::control
