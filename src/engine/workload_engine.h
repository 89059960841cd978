#pragma once
// What control talks to: an engine of *whole deployments* (design.md §8). On one machine it is the
// planner plus a ReplicaEngine (control/planned_workloads.h); on Kubernetes the cluster's own
// controllers are it.
//
// apply() is idempotent by (deployment, generation) and returns at once: the work goes on behind it
// and shows up in observe(). All methods may be called from any thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "domain/group.h"
#include "domain/instance_type.h"
#include "domain/replica.h"
#include "domain/status.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

// One revision with everything resolved that running it needs.
struct WorkloadRevision {
  int64_t number = 0;
  domain::Spec spec;
  domain::InstanceType instance_type;
  // The oldest revision in an unbroken line from which this one differs only in what no replica
  // sees (how many, description, timeouts): its replicas go on serving, under its number in their
  // keys. 0: `number` itself.
  int64_t container = 0;
  int64_t key_revision() const { return container != 0 ? container : number; }
  bool operator==(const WorkloadRevision&) const = default;
};

struct Workload {
  std::string deployment_id;
  std::string group;
  // Of the group, shared with its other deployments; what was accepted first is placed first.
  domain::Quota quota = {};
  Timestamp accepted_at{};
  int64_t generation = 0;
  bool run = true;  // false: stop all replicas, keep the rest
  WorkloadRevision wanted;
  std::optional<WorkloadRevision> proven;  // goes on serving until `wanted` is ready
  bool operator==(const Workload&) const = default;
};

// A copy as the control plane shows and routes it.
struct WorkloadReplica {
  ObservedReplica observed;
  domain::ReplicaState state = domain::ReplicaState::kStarting;
  Timestamp state_since{};
  int restarts = 0;
  std::string trouble;     // why it is not ready, one line; empty when all is well
  bool routable = false;   // shall stand in the next snapshot
  std::string image = {};  // of its revision; "" when that is neither wanted nor proven any more
  bool operator==(const WorkloadReplica&) const = default;
};

struct ObservedWorkload {
  std::string deployment_id;
  int64_t generation = 0;  // the Workload::generation that was worked on
  std::vector<WorkloadReplica> replicas;
  std::optional<std::string> problem;  // of the whole: image missing, engine away, no room
  bool past_deadline = false;          // `wanted` did not get ready within its progress deadline
  // The cause is clear and waiting does not help (no such image, ends again and again); it is
  // retried all the same.
  bool failing = false;
  // What is under way, for people: "the new replicas start beside the old ones"; may be empty.
  std::string progress;
  // Some of its replicas wait for the group's quota: "waits: group 'x' may use ..."; may be empty.
  std::string waits = {};
  // How long it took to get the wanted revision's image; none: not done yet.
  std::optional<std::chrono::milliseconds> image_took;
  std::optional<domain::ReplicaTrouble> trouble;
  bool operator==(const ObservedWorkload&) const = default;
};

// An image that a deployment would like to run, before there is a workload.
struct WantedImage {
  std::string image;
  std::string group;        // whose pull secrets may be used
  std::string pull_secret;  // "": none is named
};

// What the gateways confirmed, told to the engine so that it never ends a replica that may get
// requests.
struct RoutingConfirmed {
  // The key is in an acknowledged snapshot, or an older one with it is still in use by a request.
  std::function<bool(const domain::ReplicaKey&)> in_use;
  // Every gateway has acknowledged a snapshot that routes to it.
  std::function<bool(const domain::ReplicaKey&)> everywhere;
};

class WorkloadEngine {
 public:
  virtual ~WorkloadEngine() = default;
  virtual Capabilities capabilities() const = 0;
  virtual Result<void> ping() = 0;
  virtual Result<Capacity> capacity() = 0;
  virtual ImageSight find_image(const WantedImage& wanted) = 0;
  // How many replicas of this size fit beside all that runs now: the room for updates.
  virtual int room_for(const domain::InstanceType& type) = 0;
  virtual Result<void> apply(const Workload& workload) = 0;
  virtual Result<void> remove(const std::string& deployment_id) = 0;  // all of it, as a workload
  // All of them, or of `only` those that there are.
  virtual Result<std::vector<ObservedWorkload>> observe(
      const std::optional<std::set<std::string>>& only) = 0;
  virtual std::unique_ptr<Watch> watch(
      std::function<void(const std::string& deployment_id)> on_hint) = 0;
  virtual Result<void> logs(const domain::ReplicaKey& key, const LogQuery& query,
                            const LogSink& sink) = 0;
};

}  // namespace slipway::engine
