#include "gateway/route_directory.h"

#include <utility>

namespace slipway::gateway {

RouteDirectory::RouteDirectory(UpstreamPool& pool, WorkerMetrics& metrics, ClientBook& book,
                               std::function<void()> on_released)
    : pool_(pool), metrics_(metrics), book_(book), on_released_(std::move(on_released)) {}

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
      Upstream& upstream = upstream_for(route, replica);
      ++upstream.tables;
      local.replicas.push_back(&upstream);
    }
    local.clients.reserve(route.clients.size());
    for (const snapshot::Client& client : route.clients) {
      local.clients.push_back({&client, book_.page(route.deployment, client.name)});
    }
  }
  current_ = table.get();
  tables_.push_back(std::move(table));
  tidy(now);
}

Upstream& RouteDirectory::upstream_for(const snapshot::Route& route,
                                       const snapshot::Replica& replica) {
  os::Address address = os::TcpAddress{replica.host, replica.port};
  // A replica that came back on another address is another peer: its old connections lead nowhere.
  std::string key = route.deployment + '/' + replica.id + '@' + os::to_string(address);
  auto& slot = upstreams_[std::move(key)];
  if (slot == nullptr) {
    slot = std::make_unique<Upstream>(replica.id, std::move(address));
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
    it = upstream.in_flight == 0 ? upstreams_.erase(it) : std::next(it);
  }
  metrics_.forget_unused_shards(now);
}

}  // namespace slipway::gateway
