#include "control/traffic_points.h"

#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace slipway::control {
namespace {

using snapshot::CodeTraffic;
using snapshot::TrafficService;
using store::Metric;
using store::MetricPoint;
using store::SeriesKind;
using store::SeriesName;

static_assert(store::kDurationBuckets == snapshot::kTrafficBuckets);

Metric class_of(uint16_t code) {
  if (code >= 500) return Metric::kFailed;
  return code >= 400 ? Metric::kRefused : Metric::kGood;
}

void add_codes(const std::vector<CodeTraffic>& codes, MetricPoint& point) {
  for (const CodeTraffic& code : codes) {
    const auto count = static_cast<double>(
        std::accumulate(code.durations.begin(), code.durations.end(), uint64_t{0}));
    if (code.service == TrafficService::kFeedback) {
      point[Metric::kFeedbackRequests] += count;
      continue;
    }
    point[class_of(code.code)] += count;
    for (size_t i = 0; i < code.durations.size(); ++i) {
      point.bucket(i) += static_cast<double>(code.durations[i]);
    }
  }
}

}  // namespace

store::Contribution contribution_of(const snapshot::TrafficReport& report, int64_t end_ms) {
  std::map<SeriesName, MetricPoint> points;
  points[{"", SeriesKind::kGateway, report.gateway}][Metric::kCoveredMs] =
      static_cast<double>(report.covered.count());
  const auto period = static_cast<double>(report.period.count());
  for (const snapshot::DeploymentTraffic& row : report.deployments) {
    MetricPoint& point = points[{row.deployment, SeriesKind::kDeployment, ""}];
    add_codes(row.requests, point);
    point[Metric::kInFlightMs] += static_cast<double>(row.in_flight) * period;
    point[Metric::kReceivedBytes] += static_cast<double>(row.received_bytes);
    point[Metric::kSentBytes] += static_cast<double>(row.sent_bytes);
  }
  for (const snapshot::ModelTraffic& row : report.models) {
    MetricPoint& point = points[{row.deployment, SeriesKind::kModel, row.image}];
    add_codes(row.exchanges, point);
    point[Metric::kFeedback] += static_cast<double>(row.feedback);
    point[Metric::kRewards] += row.rewards;
    point[Metric::kNegativeRewards] += row.negative_rewards;
  }
  for (const snapshot::ClientTraffic& row : report.clients) {
    points[{row.deployment, SeriesKind::kClient, row.client}][Metric::kClientRequests] +=
        static_cast<double>(row.requests);
  }
  store::Contribution out{end_ms - report.period.count(), end_ms, {}};
  out.rows.reserve(points.size());
  for (const auto& [name, point] : points) out.rows.push_back({name, point});
  return out;
}

}  // namespace slipway::control
