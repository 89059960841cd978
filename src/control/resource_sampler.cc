#include "control/resource_sampler.h"

#include <algorithm>
#include <set>
#include <utility>

namespace slipway::control {

using store::Metric;
using store::MetricRow;
using store::SeriesKind;

std::map<std::string, int> ResourceLooks::restarts_of(
    const std::vector<engine::ReplicaResources>& resources) const {
  std::set<std::string> deployments;
  for (const auto& replica : resources) deployments.insert(replica.key.deployment_id);
  std::map<std::string, int> restarts;
  for (const std::string& deployment : deployments) {
    for (const auto& view : views_.replicas(deployment)) {
      restarts[view.observed.key.id()] = view.restarts;
    }
  }
  return restarts;
}

Result<void> ResourceLooks::look() {
  TRY_ASSIGN(const auto resources, source_());
  const Monotonic now = clock_.monotonic();
  const auto period = std::chrono::duration_cast<std::chrono::milliseconds>(
      last_ ? now - *last_ : Monotonic::duration::zero());
  const std::map<std::string, int> restarts = restarts_of(resources);

  store::Contribution contribution;
  contribution.end_ms = to_unix_micros(clock_.now()) / 1000;
  contribution.begin_ms = contribution.end_ms - period.count();
  const auto millis = static_cast<double>(period.count());
  MetricRow& covered =
      contribution.rows.emplace_back(MetricRow{{"", SeriesKind::kSampler, ""}, {}});
  covered.point[Metric::kCoveredMs] = millis;

  std::map<domain::ReplicaKey, Seen> seen;
  for (const engine::ReplicaResources& replica : resources) {
    const std::string id = replica.key.id();
    const auto known = restarts.find(id);
    Seen& fresh = seen[replica.key];
    fresh = {replica.cpu_time, known == restarts.end() ? 0 : known->second};
    const auto before = seen_.find(replica.key);
    MetricRow& row = contribution.rows.emplace_back(
        MetricRow{{replica.key.deployment_id, SeriesKind::kReplica, id}, {}});
    row.point[Metric::kSampledMs] = millis;
    row.point[Metric::kMemoryByteMs] = static_cast<double>(replica.memory_bytes) * millis;
    if (before == seen_.end()) continue;  // since when its CPU time counts is not known
    // Less than before: another run of it began.
    const auto used = fresh.cpu_time >= before->second.cpu_time
                          ? fresh.cpu_time - before->second.cpu_time
                          : fresh.cpu_time;
    row.point[Metric::kCpuMicros] = std::chrono::duration<double, std::micro>(used).count();
    row.point[Metric::kRestarts] = std::max(0, fresh.restarts - before->second.restarts);
  }
  if (last_ && period.count() > 0) TRY(history_.add(std::nullopt, contribution));
  last_ = now;
  seen_ = std::move(seen);
  return {};
}

ResourceSampler::ResourceSampler(ResourceLooks looks, Logger logger,
                                 std::chrono::milliseconds interval)
    : looks_(std::move(looks)), logger_(std::move(logger)), ticker_(interval, [this] { look(); }) {}

void ResourceSampler::look() {
  const Result<void> looked = looks_.look();
  if (!looked && !failing_) {
    logger_.warn("what replicas take of CPU and memory is not known",
                 {{"error", looked.error().message}});
  }
  failing_ = !looked;
}

}  // namespace slipway::control
