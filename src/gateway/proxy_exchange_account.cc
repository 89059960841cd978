// What is told of an exchange: counts, and its record for the access log.

#include <chrono>
#include <cmath>
#include <utility>

#include "gateway/proxy_exchange.h"

namespace slipway::gateway {

using std::chrono::duration_cast;
using std::chrono::microseconds;

void ProxyExchange::settle(int status) {
  context_.reactor.disarm(timer_);
  if (queued_) leave_queue();
  if (switched_) WaitQueue::leave(*this);
  context_.metrics.in_flight.add(-1);
  upstream_ = nullptr;
  if (table_ == nullptr) return;
  const Monotonic now = context_.reactor.now();
  if (grpc_) count_call(status);
  if (context_.access != nullptr) record(status, now);
  DeploymentShard& shard = *route_->shard;
  if (!switched_) {
    shard.requests.observe(service_, status, duration_cast<microseconds>(now - started_),
                           context_.metrics.spares);
  }
  shard.bytes_received.add(body_received_);
  shard.bytes_sent.add(body_sent_);
  shard.in_flight.add(-1);
  route_ = nullptr;
  context_.routes.unpin(*std::exchange(table_, nullptr));
}

void ProxyExchange::count_exchange(int status) {
  if (to_control_) return;
  watch_.succeeded();
  if (grpc_ && grpc_status_ == kNoGrpcStatus) grpc_status_ = kGrpcUnknown;
  ModelShard& model = *upstream_->model;
  model.exchanges.observe(service_, status,
                          duration_cast<microseconds>(context_.reactor.now() - attempted_),
                          context_.metrics.spares);
  if (service_ != Service::kFeedback || status < 200 || status > 299) return;
  model.feedback.add();
  const double reward = reward_.reward();
  (reward < 0 ? model.negative_rewards : model.rewards).add(std::abs(reward));
}

void ProxyExchange::count_call(int status) {
  if (grpc_status_ == kNoGrpcStatus) grpc_status_ = grpc_status_of(status);
  route_->shard->grpc_calls[static_cast<size_t>(grpc_status_)].add();
}

void ProxyExchange::count_failure(Failure failure) {
  failure_ = failure;
  context_.metrics.count(failure);
  if (route_ != nullptr) route_->shard->count(failure);
}

void ProxyExchange::record(int status, Monotonic now) {
  AccessRecord* const out = context_.access->next();
  if (out == nullptr) return;
  const Monotonic chosen = tried_ == nullptr ? now : attempted_;
  out->began = started_;
  out->queued = waited_;
  out->upstream = duration_cast<microseconds>(now - chosen);
  out->total = duration_cast<microseconds>(now - started_);
  out->received = body_received_;
  out->sent = body_sent_;
  out->status = static_cast<uint16_t>(status);
  out->attempts = static_cast<uint8_t>(attempts_);
  out->service = service_;
  out->method = method_;
  out->protocol = protocol_;
  out->grpc_status = static_cast<int8_t>(grpc_status_);
  out->tls = tls_;
  out->failure = failure_;
  out->deployment.set(route_->route->deployment);
  out->client.set(caller_);
  out->replica.set(tried_ == nullptr ? std::string_view() : tried_->id);
  out->puid.set(puid_);
  context_.access->push();
}

}  // namespace slipway::gateway
