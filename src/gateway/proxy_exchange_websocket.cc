// An exchange that went over to WebSocket (rule 7): the replica answered 101, and from then on
// bytes pass both ways unread, until one side ends or neither says anything for too long.

#include <cassert>
#include <chrono>
#include <utility>

#include "gateway/proxy_exchange.h"
#include "gateway/websocket.h"

namespace slipway::gateway {

void ProxyExchange::on_switched(const http::ResponseHead& head) {
  const serve::ResponseStart start = make_start(head);
  advance(ExchangeEvent::kReplyHead);
  assert(state_ == ExchangeState::kReplying);  // the request had no body (rule 7)
  // Counted now: hours of a conversation are no time of an answer.
  count_exchange(head.status);
  route_->shard->requests.observe(
      service_, head.status,
      std::chrono::duration_cast<std::chrono::microseconds>(context_.reactor.now() - started_),
      context_.metrics.spares);
  switched_ = true;
  context_.routes.switched().join(*this);
  timeout_ = context_.limits.websocket_idle;
  context_.reactor.arm(timer_, timeout_);
  client_->switch_protocols(kWebsocket, start.fields);
}

void ProxyExchange::pass_to_replica(std::string_view bytes) {
  body_received_ += bytes.size();
  context_.reactor.arm(timer_, timeout_);
  connection_->send(bytes);
  if (connection_->congested()) pause_upload();
}

// Else it would outlive the client that was removed, and hold on to routes of long ago.
bool ProxyExchange::stays_open(RouteTable& newest) {
  const LocalRoute* const local = newest.find(deployment_);
  if (local == nullptr || !local->route->websocket || !readmit(*local)) {
    end_websocket();
    return false;
  }
  hold_instead(newest, *local);
  return true;
}

void ProxyExchange::end_websocket() {
  settle_websocket();
  std::exchange(client_, nullptr)->finish();
}

void ProxyExchange::settle_websocket() {
  advance(ExchangeEvent::kCut);
  release_connection(false);
  settle(status_);
}

}  // namespace slipway::gateway
