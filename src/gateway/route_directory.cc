#include "gateway/route_directory.h"

#include <algorithm>
#include <utility>

namespace slipway::gateway {

RouteDirectory::RouteDirectory(UpstreamPool& pool, WorkerMetrics& metrics, ClientBook& book,
                               RateBook& rates, unsigned workers, std::function<void()> on_released,
                               std::string replica_sockets)
    : pool_(pool),
      metrics_(metrics),
      book_(book),
      rates_(rates),
      workers_(workers),
      on_released_(std::move(on_released)),
      replica_sockets_(std::move(replica_sockets)) {}

RouteDirectory::~RouteDirectory() {
  for (const auto& [key, upstream] : upstreams_) pool_.close_idle(*upstream);
}

void RouteDirectory::begin_adoption(uint64_t sequence,
                                    std::shared_ptr<const snapshot::Snapshot> snapshot) {
  next_ = Adoption{sequence, std::move(snapshot)};
}

void RouteDirectory::adopt(uint64_t sequence, std::shared_ptr<const snapshot::Snapshot> snapshot,
                           Monotonic now) {
  begin_adoption(sequence, std::move(snapshot));
  while (step(now)) {
  }
}

bool RouteDirectory::step(Monotonic now) {
  if (growing_ == nullptr && next_) begin_next();
  if (growing_ != nullptr) {
    const std::vector<snapshot::Route>& routes = growing_->snapshot_->routes;
    const size_t end = std::min(routes.size(), taken_over_ + kRoutesAStep);
    for (; taken_over_ < end; ++taken_over_) take_over(routes[taken_over_]);
    if (taken_over_ == routes.size()) make_current(now);
  } else if (!retired_.empty()) {
    let_go_some();
  }
  return has_steps();
}

void RouteDirectory::begin_next() {
  growing_ = std::make_unique<RouteTable>();
  growing_->sequence_ = next_->sequence;
  growing_->snapshot_ = std::move(next_->snapshot);
  growing_->routes_.reserve(growing_->snapshot_->routes.size());
  next_.reset();
  taken_over_ = 0;
}

void RouteDirectory::take_over(const snapshot::Route& route) {
  LocalRoute& local = growing_->routes_[route.deployment];
  local.route = &route;
  local.shard = metrics_.deployment(route.deployment);
  local.replicas.reserve(route.replicas.size());
  for (const snapshot::Replica& replica : route.replicas) {
    Upstream& upstream = upstream_for(route, replica, local.shard);
    ++upstream.tables;
    local.replicas.push_back(&upstream);
  }
  set_limit(local);
  if (route.requests_per_minute != 0) local.rate = rates_.of(route.deployment);
  local.clients.reserve(route.clients.size());
  for (const snapshot::Client& client : route.clients) {
    local.clients.push_back({&client, book_.page(route.deployment, client.name)});
  }
}

void RouteDirectory::make_current(Monotonic now) {
  current_ = growing_.get();
  tables_.push_back(std::move(growing_));
  // Who waits must not keep the old version in use, and may find room by the new one.
  for (const auto& [deployment, queue] : queues_) {
    queue->tell_new_routes();
    queue->serve();
  }
  switched_.tell_new_routes();
  tidy(now);
}

void RouteDirectory::set_limit(LocalRoute& local) {
  const snapshot::Route& route = *local.route;
  if (route.replica_concurrency == 0) {
    for (Upstream* upstream : local.replicas) upstream->queue = nullptr;
    return;
  }
  auto& queue = queues_[route.deployment];
  if (queue == nullptr) queue = std::make_shared<WaitQueue>();
  local.concurrency = share_of(route.replica_concurrency, workers_);
  local.queue_room = queue_room(local.concurrency, local.replicas.size());
  local.queue = queue;
  for (Upstream* upstream : local.replicas) upstream->queue = queue;
}

os::Address RouteDirectory::address_of(const snapshot::Replica& replica) const {
  // An id that begins with a dot could lead out of the folder.
  if (replica.unix_socket && !replica_sockets_.empty() && replica.id.front() != '.') {
    return os::UnixAddress{replica_sockets_ + '/' + replica.id + '/' +
                           std::string(snapshot::kReplicaSocketName)};
  }
  return os::TcpAddress{replica.host, replica.port};
}

Upstream& RouteDirectory::upstream_for(const snapshot::Route& route,
                                       const snapshot::Replica& replica,
                                       const std::shared_ptr<DeploymentShard>& shard) {
  os::Address address = address_of(replica);
  // A replica that came back on another address is another peer: its old connections lead nowhere.
  std::string key = route.deployment + '/' + replica.id + '@' + os::to_string(address);
  auto& slot = upstreams_[key];
  if (slot == nullptr) {
    slot = std::make_unique<Upstream>(replica.id, std::move(address));
    slot->key = std::move(key);
    slot->deployment = shard;
    slot->model = metrics_.model(route.deployment, replica.image);
  }
  return *slot;
}

uint64_t RouteDirectory::adopted_sequence() const {
  return current_ == nullptr ? 0 : current_->sequence();
}

uint64_t RouteDirectory::oldest_sequence_in_use() const {
  for (const auto& table : tables_) {
    if (table->in_use_ > 0 || table.get() == current_) return table->sequence();
  }
  return 0;
}

uint64_t RouteDirectory::oldest_sequence_held() const {
  uint64_t oldest = tables_.empty() ? 0 : tables_.front()->sequence();
  for (const auto& table : retired_) oldest = std::min(oldest, table->sequence());
  return oldest;
}

void RouteDirectory::tidy(Monotonic now) {
  retire_unused();
  free_upstreams();
  std::erase_if(queues_, [](const auto& entry) { return entry.second.use_count() == 1; });
  metrics_.forget_unused_shards(now);
}

void RouteDirectory::retire_unused() {
  std::erase_if(tables_, [&](std::unique_ptr<RouteTable>& table) {
    if (table->in_use_ > 0 || table.get() == current_) return false;
    retired_.push_back(std::move(table));
    return true;
  });
}

void RouteDirectory::let_go_some() {
  RouteTable& table = *retired_.back();
  for (size_t left = kRoutesAStep; left > 0 && !table.routes_.empty(); --left) {
    const auto first = table.routes_.begin();
    for (Upstream* upstream : first->second.replicas) {
      if (--upstream->tables > 0 || std::exchange(upstream->leaving, true)) continue;
      leaving_.push_back(upstream);
    }
    table.routes_.erase(first);
  }
  if (!table.routes_.empty()) return;
  retired_.pop_back();
  free_upstreams();
}

void RouteDirectory::free_upstreams() {
  std::erase_if(leaving_, [&](Upstream* upstream) {
    if (upstream->retired()) {
      pool_.close_idle(*upstream);
      if (upstream->in_flight > 0) return false;
      if (!upstream->health.good()) upstream->deployment->ejections.ejected.add(-1);
      upstreams_.erase(std::string(upstream->key));
      return true;
    }
    upstream->leaving = false;  // a newer table names it
    return true;
  });
}

}  // namespace slipway::gateway
