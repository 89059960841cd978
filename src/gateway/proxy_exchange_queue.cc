// How an exchange waits while every replica of its route is at its limit: it keeps what the client
// sends, and goes on when a replica has room, by the routes that are the newest then.

#include <algorithm>
#include <cassert>
#include <chrono>

#include "gateway/proxy_exchange.h"

namespace slipway::gateway {

using std::chrono::microseconds;

void ProxyExchange::wait_for_room(std::string_view first_body) {
  if (route_ == nullptr || route_->queue == nullptr ||
      route_->queue->size() >= route_->queue_room) {
    return fail(queue_full_refusal());
  }
  advance(ExchangeEvent::kQueue);
  // Nothing is known of how long it will be there.
  upstream_ = nullptr;
  queued_ = true;
  queued_at_ = context_.reactor.now();
  route_->shard->queued.add(1);
  route_->queue->join(*this);
  context_.reactor.arm(timer_, std::min(context_.limits.queue_timeout, timeout_ / 2));
  if (!first_body.empty()) keep_within_bounds(first_body);
}

void ProxyExchange::leave_queue() {
  WaitQueue::leave(*this);
  queued_ = false;
  const auto wait = std::chrono::duration_cast<microseconds>(context_.reactor.now() - queued_at_);
  waited_ += wait;
  route_->shard->queued.add(-1);
  route_->shard->queue_wait.observe(wait);
}

bool ProxyExchange::on_room() {
  Upstream* const chosen = balance();
  if (chosen == nullptr) return false;
  leave_queue();
  begin_attempt(*chosen, {});
  return true;
}

bool ProxyExchange::on_new_routes() {
  RouteTable& newest = *context_.routes.current();
  if (switched_) return stays_open(newest);
  return &newest == table_ || move_to(newest);
}

bool ProxyExchange::move_to(RouteTable& table) {
  const LocalRoute* const local = table.find(deployment_);
  if (local == nullptr) {
    answer_unknown(deployment_);
    return false;
  }
  if (!readmit(*local)) {
    fail(admission_refusal({.kind = Admission::Kind::kUnknown}));
    return false;
  }
  hold_instead(table, *local);
  const snapshot::Route& route = *local->route;
  tried_ = nullptr;
  if (route.state == snapshot::RouteState::kServing && !local->replicas.empty()) {
    // Without a limit nobody waits: it goes on at once, and not from a queue that ends.
    if (local->queue != nullptr) return true;
    leave_queue();
    attempt({});
    return false;
  }
  answer_not_serving(route);
  return false;
}

bool ProxyExchange::readmit(const LocalRoute& local) {
  if (local.route->access == snapshot::Access::kPublic) {
    caller_ = {};
    return true;
  }
  const auto same =
      std::find_if(local.clients.begin(), local.clients.end(),
                   [&](const LocalClient& client) { return client.client->name == caller_; });
  if (same == local.clients.end()) return false;
  caller_ = (*same).client->name;
  return true;
}

void ProxyExchange::hold_instead(RouteTable& table, const LocalRoute& local) {
  // A deployment keeps its shard for as long as anybody counts in it.
  assert(local.shard == route_->shard);
  context_.routes.pin(table);
  context_.routes.unpin(*table_);
  table_ = &table;
  route_ = &local;
  deployment_ = local.route->deployment;
}

}  // namespace slipway::gateway
