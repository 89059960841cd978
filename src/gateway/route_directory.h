#pragma once
// The snapshots that one worker has adopted, compiled for looking up: the newest one for new
// requests, older ones for as long as a request that began with them is in flight.
//
// A request pins the table it started with: a plain counter, since table and request live on the
// same thread. Replicas keep their state (load, idle connections) over snapshots by id and address.
//
// Requests wait while this thread is busy here, and a snapshot may have thousands of routes: what
// grows with them, taking one over and letting one go, is done in steps. Worker's thread only.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/client_book.h"
#include "gateway/rate_book.h"
#include "gateway/upstream.h"
#include "gateway/upstream_pool.h"
#include "gateway/worker_metrics.h"
#include "snapshot/snapshot.h"

namespace slipway::gateway {

struct LocalClient {
  const snapshot::Client* client = nullptr;
  std::shared_ptr<ClientPage> page;
};

struct LocalRoute {
  const snapshot::Route* route = nullptr;
  std::vector<Upstream*> replicas;
  std::vector<LocalClient> clients;  // of a private route
  std::shared_ptr<DeploymentShard> shard;
  std::shared_ptr<RateLimit> rate;   // of all callers together; null: no limit
  uint32_t concurrency = 0;          // requests per replica, of this worker; 0: no limit
  size_t queue_room = 0;             // how many may wait
  std::shared_ptr<WaitQueue> queue;  // null: no limit
};

// One adopted snapshot.
class RouteTable {
 public:
  const LocalRoute* find(std::string_view deployment) const {
    const auto found = routes_.find(deployment);
    return found == routes_.end() ? nullptr : &found->second;
  }
  uint64_t sequence() const { return sequence_; }
  const snapshot::DigestKey& digest_key() const { return snapshot_->digest_key; }

 private:
  friend class RouteDirectory;
  uint64_t sequence_ = 0;
  std::shared_ptr<const snapshot::Snapshot> snapshot_;
  std::unordered_map<std::string_view, LocalRoute> routes_;  // keys live in snapshot_
  uint32_t in_use_ = 0;
};

class RouteDirectory {
 public:
  // `on_released` is called when the last request of an old version has ended; it may not call
  // back.
  // `workers`: of this gateway, among whom limits are divided. `replica_sockets`: the folder below
  // which replicas of this node listen at Unix sockets; "": none are here.
  RouteDirectory(UpstreamPool& pool, WorkerMetrics& metrics, ClientBook& book, RateBook& rates,
                 unsigned workers, std::function<void()> on_released,
                 std::string replica_sockets = {});
  ~RouteDirectory();

  // How many routes a step takes over or lets go: some 0.3 ms.
  static constexpr size_t kRoutesAStep = 64;

  // `sequence` grows with every adoption; versions do not when control begins anew. To be carried
  // out by step(); one that was not begun yet is passed over.
  void begin_adoption(uint64_t sequence, std::shared_ptr<const snapshot::Snapshot> snapshot);
  // False: nothing is left to be done. Not from inside a request.
  bool step(Monotonic now);
  bool has_steps() const { return growing_ != nullptr || next_ || !retired_.empty(); }
  // All steps at once: when nobody waits.
  void adopt(uint64_t sequence, std::shared_ptr<const snapshot::Snapshot> snapshot, Monotonic now);

  // Null before the first snapshot.
  RouteTable* current() { return current_; }
  void pin(RouteTable& table) { ++table.in_use_; }
  void unpin(RouteTable& table) {
    if (--table.in_use_ == 0 && &table != current_) on_released_();
  }

  // Both 0 before the first snapshot. A table is in use when it is current or pinned.
  uint64_t adopted_sequence() const;
  uint64_t oldest_sequence_in_use() const;
  // Of the snapshots that are held at all.
  uint64_t oldest_sequence_held() const;

  // Finds tables that nothing needs any more, which step() then frees, and frees upstreams. Not
  // from inside a request.
  void tidy(Monotonic now);

  // Whose connection has gone over to another protocol and may last for hours: an adoption lets
  // them go on by the new routes, or end. There is no room that they wait for.
  WaitQueue& switched() { return switched_; }

  size_t upstreams() const { return upstreams_.size(); }

 private:
  void set_limit(LocalRoute& local);
  os::Address address_of(const snapshot::Replica& replica) const;
  Upstream& upstream_for(const snapshot::Route& route, const snapshot::Replica& replica,
                         const std::shared_ptr<DeploymentShard>& shard);
  struct Adoption {
    uint64_t sequence = 0;
    std::shared_ptr<const snapshot::Snapshot> snapshot;
  };

  void begin_next();
  void take_over(const snapshot::Route& route);
  void make_current(Monotonic now);
  void retire_unused();
  void let_go_some();
  void free_upstreams();

  UpstreamPool& pool_;
  WorkerMetrics& metrics_;
  ClientBook& book_;
  RateBook& rates_;
  const unsigned workers_;
  std::function<void()> on_released_;
  const std::string replica_sockets_;
  RouteTable* current_ = nullptr;
  std::optional<Adoption> next_;
  std::unique_ptr<RouteTable> growing_;               // null: no adoption has begun
  size_t taken_over_ = 0;                             // of its routes
  std::vector<std::unique_ptr<RouteTable>> tables_;   // oldest first; the last one is current
  std::vector<std::unique_ptr<RouteTable>> retired_;  // to be let go
  std::unordered_map<std::string, std::unique_ptr<Upstream>> upstreams_;
  std::vector<Upstream*> leaving_;  // no table named them when they were put here
  std::unordered_map<std::string, std::shared_ptr<WaitQueue>> queues_;  // of limited deployments
  WaitQueue switched_;
};

}  // namespace slipway::gateway
