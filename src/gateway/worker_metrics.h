#pragma once
// What one worker counts: written by its thread alone on the request path, read by /metrics.
//
// Deployments come and go with snapshots, so their shards live in a map under a lock; the lock is
// taken when a snapshot is adopted and when somebody scrapes, never by a request, which holds a
// pointer to its shard through its route table.

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "serve/server.h"
#include "telemetry/counter.h"
#include "telemetry/histogram.h"
#include "telemetry/scrape.h"

namespace slipway::gateway {

// Counted separately because each asks for another reaction of the operator.
enum class Failure : uint8_t {
  kUnknownDeployment,
  kUnauthorized,  // a private route, and no token that holds
  kRateLimited,   // its client goes faster than it may
  kNotServing,    // stopped or no ready replica
  kSaturated,     // every replica at its limit, or no descriptor left
  kTooLarge,
  kConnect,  // no replica could be reached
  kBadReply,
  kLost,  // the replica went away before or within its reply
  kTimeout,
  kClientGone,
  kControlAway,
  kCount
};
inline constexpr size_t kFailures = static_cast<size_t>(Failure::kCount);
std::string_view to_string(Failure failure);

// By class of status: 1xx never counts, the last is "no answer" (the client went away).
inline constexpr size_t kCodeClasses = 6;
std::string_view code_class_label(size_t code_class);

struct DeploymentShard {
  std::array<telemetry::Counter, kCodeClasses> requests;
  telemetry::Histogram seconds;

  // `status` 0 when there was no answer.
  void observe(int status, std::chrono::microseconds duration);
};

class WorkerMetrics {
 public:
  std::array<telemetry::Counter, kFailures> failures;
  telemetry::Counter retries;
  telemetry::Counter control_requests;
  telemetry::Counter upload_pauses;  // a replica reads slower than the client sends
  telemetry::Counter reply_pauses;   // a client reads slower than the replica sends
  telemetry::Gauge in_flight;
  // Copies of what others count in plain integers.
  telemetry::Gauge connections_open;
  telemetry::Gauge connections_accepted;
  telemetry::Gauge requests;
  telemetry::Gauge refused_heads;
  telemetry::Gauge client_timeouts;
  telemetry::Gauge upstream_connects;
  telemetry::Gauge upstream_reuses;
  telemetry::Gauge upstream_stale;
  telemetry::Gauge upstream_idle;

  void count(Failure failure) { failures[static_cast<size_t>(failure)].add(); }

  // Makes the shard when there is none; worker's thread.
  std::shared_ptr<DeploymentShard> shard_of(std::string_view deployment);
  // Forgets the shards that only the map holds; worker's thread.
  void forget_unused_shards();

 private:
  friend class GatewayMetrics;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<DeploymentShard>, std::less<>> shards_;
};

// The sums over all workers, for /metrics. Any thread; the workers must outlive it.
class GatewayMetrics : public telemetry::MetricSource {
 public:
  explicit GatewayMetrics(std::span<const WorkerMetrics* const> workers) : workers_(workers) {}
  void collect(telemetry::Scrape& scrape) const override;

 private:
  std::span<const WorkerMetrics* const> workers_;
};

}  // namespace slipway::gateway
