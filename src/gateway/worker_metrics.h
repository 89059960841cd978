#pragma once
// What one worker counts: written by its thread alone on the request path, read by /metrics and by
// the reports to control (traffic_tally.h).
//
// Deployments come and go with snapshots, so their shards live in a map under a lock; the lock is
// taken when a snapshot is adopted and when somebody scrapes or reports, never by a request, which
// holds a pointer to its shard through its route table.

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "gateway/grpc_status.h"
#include "gateway/replica_health.h"
#include "gateway/request_series.h"
#include "telemetry/counter.h"
#include "telemetry/histogram.h"

namespace slipway::gateway {

// Counted separately because each asks for another reaction of the operator.
enum class Failure : uint8_t {
  kUnknownDeployment,
  kUnauthorized,    // a private route, and no token that holds
  kRateLimited,     // its client goes faster than it may
  kDeploymentRate,  // all callers together go faster than the deployment's rate
  kNotServing,      // stopped or no ready replica
  kSaturated,       // every replica at its limit and the queue full, or no descriptor left
  kQueueTimeout,    // every replica at its limit for as long as a request may wait
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

// How the one request that finds out whether an ejected replica is well again ended.
enum class TrialEnd : uint8_t { kPassed, kFailed, kUndecided, kCount };
inline constexpr size_t kTrialEnds = static_cast<size_t>(TrialEnd::kCount);
std::string_view to_string(TrialEnd end);

// Of a deployment's replicas.
struct EjectionCounts {
  std::array<telemetry::Counter, kFaults> by_fault;
  std::array<telemetry::Counter, kTrialEnds> trials;
  telemetry::Counter last_resorts;  // attempts at an ejected one, since no other was free
  telemetry::Gauge ejected;         // now, or on trial

  void count(Fault fault) { by_fault[static_cast<size_t>(fault)].add(); }
  void count(TrialEnd end) { trials[static_cast<size_t>(end)].add(); }
};

// What one worker saw of one deployment.
struct DeploymentShard {
  SeriesList requests;  // by what the client was told
  telemetry::Histogram first_byte;
  telemetry::Gauge in_flight;
  telemetry::Gauge queued;            // of those in flight: they wait for a replica
  telemetry::Histogram queue_wait;    // of those that had to wait, however it ended
  telemetry::Counter bytes_received;  // of bodies
  telemetry::Counter bytes_sent;
  std::array<telemetry::Counter, kFailures> failures;
  EjectionCounts ejections;
  std::array<telemetry::Counter, kGrpcCodes> grpc_calls;

  void count(Failure failure) { failures[static_cast<size_t>(failure)].add(); }

  // What a report has taken; under the lock of WorkerMetrics.
  mutable uint64_t taken_received = 0;
  mutable uint64_t taken_sent = 0;
  bool all_taken() const;
};

// ... and of the replicas of it that run one image.
struct ModelShard {
  SeriesList exchanges;  // by what the replica answered
  telemetry::Counter feedback;
  telemetry::Sum rewards;           // of those from 0 up
  telemetry::Sum negative_rewards;  // apart, without sign: a counter may only grow

  // As above.
  mutable uint64_t taken_feedback = 0;
  mutable double taken_rewards = 0;
  mutable double taken_negative_rewards = 0;
  bool all_taken() const;
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
  struct ProtocolGauges {
    telemetry::Gauge open;
    telemetry::Gauge accepted;
  };
  std::array<std::array<ProtocolGauges, 2>, 2> protocols;  // by HTTP/2 or not, by TLS or not
  telemetry::Gauge http2_floods;
  telemetry::Gauge websockets_open;
  telemetry::Gauge requests;
  telemetry::Gauge refused_heads;
  telemetry::Gauge client_timeouts;
  telemetry::Gauge tls_handshakes;  // whole ones
  telemetry::Gauge tls_resumed;
  telemetry::Gauge tls_failed;
  telemetry::Gauge tls_plain;
  telemetry::Gauge tls_broken;
  telemetry::Gauge upstream_connects;
  telemetry::Gauge upstream_reuses;
  telemetry::Gauge upstream_stale;
  telemetry::Gauge upstream_idle;

  void count(Failure failure) { failures[static_cast<size_t>(failure)].add(); }

  SpareSeries spares;

  // Each makes the shard when there is none; worker's thread.
  std::shared_ptr<DeploymentShard> deployment(std::string_view id);
  std::shared_ptr<ModelShard> model(std::string_view deployment, std::string_view image);
  // Forgets the shards that nobody but the map has held for kKept, so that a scrape sees the last
  // requests of what is gone; worker's thread. Puts it off while somebody reads.
  void forget_unused_shards(Monotonic now);
  static constexpr std::chrono::minutes kKept{5};
  // Nothing is forgotten before a report has taken it. To be called before the worker starts.
  void keep_until_taken() { kept_until_taken_ = true; }

 private:
  friend class GatewayMetrics;
  friend class TrafficTally;
  template <typename Shard>
  struct Entry {
    std::shared_ptr<Shard> shard;
    std::optional<Monotonic> unused_since;
  };
  template <typename Key, typename Shard>
  using Shards = std::map<Key, Entry<Shard>, std::less<>>;
  // Of thousands a few at a time, since requests wait; `place` is where it goes on.
  static constexpr size_t kLooksAtOnce = 256;
  template <typename Key, typename Shard>
  void forget_unused(Shards<Key, Shard>& shards, Key& place, Monotonic now) const;
  using ModelKey = std::pair<std::string, std::string>;  // deployment, image

  bool kept_until_taken_ = false;
  mutable std::mutex mutex_;
  Shards<std::string, DeploymentShard> deployments_;
  Shards<ModelKey, ModelShard> models_;
  std::string next_deployment_;
  ModelKey next_model_;
};

}  // namespace slipway::gateway
