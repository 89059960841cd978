#include "gateway/route_directory.h"

#include <utility>

namespace slipway::gateway {

RouteDirectory::RouteDirectory(UpstreamPool& pool, WorkerMetrics& metrics, ClientBook& book,
                               RateBook& rates, unsigned workers, std::function<void()> on_released)
    : pool_(pool),
      metrics_(metrics),
      book_(book),
      rates_(rates),
      workers_(workers),
      on_released_(std::move(on_released)) {}

RouteDirectory::~RouteDirectory() {
  for (const auto& [key, upstream] : upstreams_) pool_.close_idle(*upstream);
}

void RouteDirectory::adopt(uint64_t sequence, std::shared_ptr<const snapshot::Snapshot> snapshot,
                           Monotonic now) {
  auto table = std::make_unique<RouteTable>();
  table->sequence_ = sequence;
  table->snapshot_ = std::move(snapshot);
  table->routes_.reserve(table->snapshot_->routes.size());
  for (const snapshot::Route& route : table->snapshot_->routes) {
    LocalRoute& local = table->routes_[route.deployment];
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
  current_ = table.get();
  tables_.push_back(std::move(table));
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

Upstream& RouteDirectory::upstream_for(const snapshot::Route& route,
                                       const snapshot::Replica& replica,
                                       const std::shared_ptr<DeploymentShard>& shard) {
  os::Address address = os::TcpAddress{replica.host, replica.port};
  // A replica that came back on another address is another peer: its old connections lead nowhere.
  std::string key = route.deployment + '/' + replica.id + '@' + os::to_string(address);
  auto& slot = upstreams_[std::move(key)];
  if (slot == nullptr) {
    slot = std::make_unique<Upstream>(replica.id, std::move(address));
    slot->deployment = shard;
    slot->model = metrics_.model(route.deployment, replica.image);
  }
  return *slot;
}

void RouteDirectory::release(RouteTable& table) {
  for (auto& [id, local] : table.routes_) {
    for (Upstream* upstream : local.replicas) --upstream->tables;
  }
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

void RouteDirectory::tidy(Monotonic now) {
  std::erase_if(tables_, [&](const std::unique_ptr<RouteTable>& table) {
    if (table->in_use_ > 0 || table.get() == current_) return false;
    release(*table);
    return true;
  });
  for (auto it = upstreams_.begin(); it != upstreams_.end();) {
    Upstream& upstream = *it->second;
    if (!upstream.retired()) {
      pool_.sweep(upstream);
      ++it;
      continue;
    }
    pool_.close_idle(upstream);
    if (upstream.in_flight > 0) {
      ++it;
      continue;
    }
    if (!upstream.health.good()) upstream.deployment->ejections.ejected.add(-1);
    it = upstreams_.erase(it);
  }
  std::erase_if(queues_, [](const auto& entry) { return entry.second.use_count() == 1; });
  metrics_.forget_unused_shards(now);
}

}  // namespace slipway::gateway
