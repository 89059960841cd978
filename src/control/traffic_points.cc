#include "control/traffic_points.h"

#include <algorithm>
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
    if (code.service == TrafficService::kOther) {
      point[Metric::kOtherRequests] += count;
      continue;
    }
    point[class_of(code.code)] += count;
    for (size_t i = 0; i < code.durations.size(); ++i) {
      point.bucket(i) += static_cast<double>(code.durations[i]);
    }
  }
}

}  // namespace

std::vector<store::Contribution> contributions_of(const snapshot::TrafficReport& report,
                                                  int64_t end_ms, const CreatedMs& created_ms) {
  const int64_t whole_begin_ms = end_ms - report.period.count();
  std::map<int64_t, std::map<SeriesName, MetricPoint>> points;  // by when their time begins
  const auto begin_of = [&](const std::string& deployment) {
    const auto created = created_ms.find(deployment);
    if (created == created_ms.end()) return whole_begin_ms;
    return std::clamp(created->second, whole_begin_ms, std::max(whole_begin_ms, end_ms - 1));
  };
  const auto point_of = [&](const std::string& deployment, SeriesKind kind,
                            const std::string& name) -> MetricPoint& {
    return points[begin_of(deployment)][{deployment, kind, name}];
  };

  points[whole_begin_ms][{"", SeriesKind::kGateway, report.gateway}][Metric::kCoveredMs] =
      static_cast<double>(report.covered.count());
  const auto period = static_cast<double>(report.period.count());
  for (const snapshot::DeploymentTraffic& row : report.deployments) {
    MetricPoint& point = point_of(row.deployment, SeriesKind::kDeployment, "");
    add_codes(row.requests, point);
    point[Metric::kInFlightMs] += static_cast<double>(row.in_flight) * period;
    point[Metric::kReceivedBytes] += static_cast<double>(row.received_bytes);
    point[Metric::kSentBytes] += static_cast<double>(row.sent_bytes);
  }
  for (const snapshot::ModelTraffic& row : report.models) {
    MetricPoint& point = point_of(row.deployment, SeriesKind::kModel, row.image);
    add_codes(row.exchanges, point);
    point[Metric::kFeedback] += static_cast<double>(row.feedback);
    point[Metric::kRewards] += row.rewards;
    point[Metric::kNegativeRewards] += row.negative_rewards;
  }
  for (const snapshot::ClientTraffic& row : report.clients) {
    point_of(row.deployment, SeriesKind::kClient, row.client)[Metric::kClientRequests] +=
        static_cast<double>(row.requests);
  }
  std::vector<store::Contribution> out;
  for (const auto& [begin_ms, rows] : points) {
    store::Contribution& part = out.emplace_back(store::Contribution{begin_ms, end_ms, {}});
    part.rows.reserve(rows.size());
    for (const auto& [name, point] : rows) part.rows.push_back({name, point});
  }
  return out;
}

}  // namespace slipway::control
