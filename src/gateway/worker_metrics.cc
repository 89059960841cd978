#include "gateway/worker_metrics.h"

#include <algorithm>
#include <array>

namespace slipway::gateway {

std::string_view to_string(Failure failure) {
  static constexpr std::array<std::string_view, kFailures> kNames = {
      "unknown_deployment", "unauthorized", "rate_limited",
      "deployment_rate",    "not_serving",  "saturated",
      "queue_timeout",      "too_large",    "connect",
      "bad_reply",          "lost",         "timeout",
      "client_gone",        "control_away"};
  return kNames[static_cast<size_t>(failure)];
}

std::string_view to_string(TrialEnd end) {
  static constexpr std::array<std::string_view, kTrialEnds> kNames = {"passed", "failed",
                                                                      "undecided"};
  return kNames[static_cast<size_t>(end)];
}

bool DeploymentShard::all_taken() const {
  return requests.all_taken() && bytes_received.value() == taken_received &&
         bytes_sent.value() == taken_sent;
}

bool ModelShard::all_taken() const {
  return exchanges.all_taken() && feedback.value() == taken_feedback &&
         rewards.value() == taken_rewards && negative_rewards.value() == taken_negative_rewards;
}

std::shared_ptr<DeploymentShard> WorkerMetrics::deployment(std::string_view id) {
  const std::lock_guard lock(mutex_);
  auto found = deployments_.find(id);
  if (found == deployments_.end()) {
    found = deployments_.try_emplace(std::string(id)).first;
    found->second.shard = std::make_shared<DeploymentShard>();
  }
  return found->second.shard;
}

std::shared_ptr<ModelShard> WorkerMetrics::model(std::string_view deployment,
                                                 std::string_view image) {
  const std::lock_guard lock(mutex_);
  auto& entry = models_[{std::string(deployment), std::string(image)}];
  if (entry.shard == nullptr) entry.shard = std::make_shared<ModelShard>();
  return entry.shard;
}

template <typename Key, typename Shard>
void WorkerMetrics::forget_unused(Shards<Key, Shard>& shards, Key& place, Monotonic now) const {
  auto it = shards.lower_bound(place);
  for (size_t left = std::min(shards.size(), kLooksAtOnce); left > 0; --left) {
    if (it == shards.end()) it = shards.begin();
    auto& entry = it->second;
    if (entry.shard.use_count() > 1) {
      entry.unused_since.reset();
    } else if (!entry.unused_since) {
      entry.unused_since = now;
    } else if (now - *entry.unused_since >= kKept &&
               (!kept_until_taken_ || entry.shard->all_taken())) {
      it = shards.erase(it);
      continue;
    }
    ++it;
  }
  place = it == shards.end() ? Key() : it->first;
}

void WorkerMetrics::forget_unused_shards(Monotonic now) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  forget_unused(deployments_, next_deployment_, now);
  forget_unused(models_, next_model_, now);
}

}  // namespace slipway::gateway
