#include "gateway/traffic_tally.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace slipway::gateway {
namespace {

using snapshot::CodeTraffic;
using snapshot::DeploymentTraffic;
using snapshot::ModelTraffic;
using snapshot::TrafficService;

static_assert(snapshot::kTrafficBuckets == telemetry::kDurationBounds.size() + 1);

void take_codes(const SeriesList& list, std::vector<CodeTraffic>& codes) {
  list.take_new([&](const RequestSeries& series, const telemetry::HistogramTotals& fresh) {
    const auto service = series.service == Service::kPredictions ? TrafficService::kPredictions
                                                                 : TrafficService::kOther;
    auto found = std::find_if(codes.begin(), codes.end(), [&](const CodeTraffic& code) {
      return code.service == service && code.code == series.code;
    });
    if (found == codes.end()) found = codes.insert(found, {service, series.code, {}});
    for (size_t i = 0; i < fresh.buckets.size(); ++i) found->durations[i] += fresh.buckets[i];
  });
}

// How much `now` is beyond what was taken, which it then is.
template <typename Number>
Number take_number(Number now, Number& taken) {
  return now - std::exchange(taken, now);
}

// About what the row takes in a report.
size_t bytes_of(const std::vector<CodeTraffic>& codes) {
  size_t bytes = 2;
  for (const CodeTraffic& code : codes) {
    bytes += 4;
    for (const uint64_t count : code.durations) bytes += count > 0 ? 9 : 0;
  }
  return bytes;
}
size_t bytes_of(const DeploymentTraffic& row) {
  return 28 + row.deployment.size() + bytes_of(row.requests);
}
size_t bytes_of(const ModelTraffic& row) {
  return 32 + row.deployment.size() + row.image.size() + bytes_of(row.exchanges);
}
size_t bytes_of(const snapshot::ClientTraffic& row) {
  return 24 + row.deployment.size() + row.client.size();
}

}  // namespace

TrafficRows TrafficTally::take() {
  TrafficRows rows;
  take_deployments(rows);
  take_models(rows);
  rows.clients = book_.take_new();
  return rows;
}

void TrafficTally::take_deployments(TrafficRows& rows) const {
  std::map<std::string, DeploymentTraffic, std::less<>> sums;
  for (const WorkerMetrics* worker : workers_) {
    const std::lock_guard lock(worker->mutex_);
    for (const auto& [id, entry] : worker->deployments_) {
      const DeploymentShard& shard = *entry.shard;
      const int64_t in_flight = shard.in_flight.value();
      if (in_flight == 0 && shard.all_taken()) continue;
      DeploymentTraffic& row = sums[id];
      row.in_flight += in_flight;
      row.received_bytes += take_number(shard.bytes_received.value(), shard.taken_received);
      row.sent_bytes += take_number(shard.bytes_sent.value(), shard.taken_sent);
      take_codes(shard.requests, row.requests);
    }
  }
  rows.deployments.reserve(sums.size());
  for (auto& [id, row] : sums) {
    row.deployment = id;
    rows.deployments.push_back(std::move(row));
  }
}

void TrafficTally::take_models(TrafficRows& rows) const {
  std::map<WorkerMetrics::ModelKey, ModelTraffic> sums;
  for (const WorkerMetrics* worker : workers_) {
    const std::lock_guard lock(worker->mutex_);
    for (const auto& [key, entry] : worker->models_) {
      const ModelShard& shard = *entry.shard;
      if (shard.all_taken()) continue;
      ModelTraffic& row = sums[key];
      row.feedback += take_number(shard.feedback.value(), shard.taken_feedback);
      row.rewards += take_number(shard.rewards.value(), shard.taken_rewards);
      row.negative_rewards +=
          take_number(shard.negative_rewards.value(), shard.taken_negative_rewards);
      take_codes(shard.exchanges, row.exchanges);
    }
  }
  rows.models.reserve(sums.size());
  for (auto& [key, row] : sums) {
    row.deployment = key.first;
    row.image = key.second;
    rows.models.push_back(std::move(row));
  }
}

std::vector<snapshot::TrafficReport> split_rows(TrafficRows rows,
                                                std::chrono::milliseconds period) {
  std::vector<snapshot::TrafficReport> reports(1);
  reports.front().covered = period;
  size_t bytes = 0;
  const auto add = [&](auto& from, auto member) {
    for (auto& row : from) {
      const size_t more = bytes_of(row);
      if (bytes + more > snapshot::kRoomyTrafficBytes && bytes > 0) {
        reports.emplace_back();
        bytes = 0;
      }
      bytes += more;
      (reports.back().*member).push_back(std::move(row));
    }
  };
  add(rows.deployments, &snapshot::TrafficReport::deployments);
  add(rows.models, &snapshot::TrafficReport::models);
  add(rows.clients, &snapshot::TrafficReport::clients);
  for (snapshot::TrafficReport& report : reports) report.period = period;
  return reports;
}

}  // namespace slipway::gateway
