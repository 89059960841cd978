#include "gateway/proxy_exchange.h"

#include <array>
#include <cassert>
#include <chrono>

#include "gateway/model_call.h"
#include "gateway/upstream_request.h"
#include "gateway/websocket.h"

// The client's side of an exchange. The upstream's is in proxy_exchange_upstream.cc, the answers of
// our own in proxy_exchange_answers.cc, waiting for a replica in proxy_exchange_queue.cc, WebSocket
// in proxy_exchange_websocket.cc, what is counted in proxy_exchange_account.cc. What can be decided
// without their common state has files of its own (router, model_call, balancer, retry, refusal,
// own_reply, upstream_request, exchange_state).

namespace slipway::gateway {
namespace {

using http::HeaderId;
using E = ExchangeEvent;
using S = ExchangeState;

// Metadata of gRPC that names a deployment.
constexpr std::string_view kGrpcDeployment = "seldon";
// Whoever sends it speaks CloudEvents and gets its fields back (seldon.md §1.5).
constexpr std::string_view kEventVersion = "ce-specversion";

}  // namespace

ProxyExchange::ProxyExchange(const ExchangeContext& context)
    : context_(context),
      timer_([](void* self) { static_cast<ProxyExchange*>(self)->on_timeout(); }, this) {
  request_.reserve(4096);
  reply_fields_.reserve(1024);
  puid_.reserve(64);
}

void ProxyExchange::on_head(const http::RequestHead& head, serve::Exchange& client) {
  assert(state_ == S::kIdle);
  client_ = &client;
  started_ = context_.reactor.now();
  method_ = head.method;
  framing_ = head.framing;
  request_whole_ = !head.has_body();
  request_kept_ = true;
  upload_paused_ = reply_paused_ = false;
  attempts_ = 0;
  status_ = 0;
  body_received_ = body_sent_ = 0;
  waited_ = {};
  failure_ = Failure::kCount;
  rates_ = {};
  caller_ = {};
  deployment_ = {};
  seldon_ = true;
  tried_ = nullptr;
  grpc_ = asks_websocket_ = switched_ = false;
  request_.clear();
  reply_trailers_.clear();
  puid_.clear();
  request_id_.clear();
  event_path_.clear();
  context_.metrics.in_flight.add(1);

  const Decision decision = route(head.method, head.path);
  to_control_ = decision.destination == Destination::kControl ||
                decision.destination == Destination::kNoSuchPath ||
                decision.destination == Destination::kBadPath;
  tls_ = client.tls_version();
  grpc_status_ = kNoGrpcStatus;
  protocol_ = head.minor_version == 0 ? Protocol::kHttp10 : Protocol::kHttp11;
  if (client.http2()) {
    protocol_ = Protocol::kHttp2;
    if (is_grpc(head)) return begin_grpc(head, decision);
  }
  switch (decision.destination) {
    case Destination::kPrediction:
    case Destination::kFeedback:
    case Destination::kModelStatus:
    case Destination::kModelMetadata:
    case Destination::kReadiness:
    case Destination::kLiveness:
    case Destination::kPassThrough:
      return begin_model_request(head, decision);
    case Destination::kControl:
      return begin_control(head);
    case Destination::kPreflight:
      return answer_preflight(decision.allow);
    case Destination::kMethodNotAllowed:
      return answer({.status = 405,
                     .info = "this endpoint is not called by this method; see Allow",
                     .reason = "method not allowed",
                     .allow = decision.allow});
    case Destination::kNoSuchPath:
      return answer({.status = 404,
                     .info = "there is nothing here; predictions are POST "
                             "/deployment/<id>/api/v1.0/predictions, and the image's own paths "
                             "stand below /deployment/<id>/"});
    case Destination::kBadPath:
      return answer({.status = 400, .info = "the path has empty, dot or badly encoded segments"});
  }
}

void ProxyExchange::begin_grpc(const http::RequestHead& head, const Decision& decision) {
  grpc_ = true;
  protocol_ = Protocol::kGrpc;
  to_control_ = false;
  if (decision.destination == Destination::kPassThrough) {
    return begin_model_request(head, decision);
  }
  // As Seldon's ingress tells deployments apart (seldon.md §1.1): generated stubs know no prefix.
  const std::string_view deployment = head.fields.value(kGrpcDeployment);
  if (decision.destination == Destination::kControl && !deployment.empty()) {
    return begin_model_request(head, {Destination::kPassThrough, deployment, head.path, {}});
  }
  answer({.status = 501,
          .info = "a gRPC method is called with the metadata 'seldon: <deployment id>', or below "
                  "/deployment/<id>/"});
}

void ProxyExchange::begin_model_request(const http::RequestHead& head, const Decision& decision) {
  service_ = service_of(decision.destination, head.method);
  if (service_ == Service::kFeedback) reward_.begin();
  seldon_ = decision.destination != Destination::kPassThrough;
  // Verbatim, whatever its form (seldon.md §1.5).
  puid_ = head.fields.value(HeaderId::kSeldonPuid);
  if (puid_.empty()) puid_ = context_.puids.next();
  request_id_ = head.fields.value(HeaderId::kXRequestId);
  if (head.fields.has(HeaderId::kOther) && head.fields.find(kEventVersion) != nullptr) {
    event_path_ = head.path;
  }

  RouteTable* table = context_.routes.current();
  if (table == nullptr) {
    return fail(Failure::kNotServing, {.status = 503,
                                       .info = "the gateway has no routes yet",
                                       .reason = "starting",
                                       .retry_after = 1});
  }
  const LocalRoute* local = table->find(decision.deployment);
  if (local == nullptr) {
    return answer_unknown(decision.deployment);
  }
  const snapshot::Route& target = *local->route;
  table_ = table;
  route_ = local;
  deployment_ = target.deployment;
  context_.routes.pin(*table);
  local->shard->in_flight.add(1);
  if (target.access != snapshot::Access::kPublic) {
    // Before anything is said about the deployment's state: that is for its clients.
    const std::optional<std::string_view> admitted = admit(head);
    if (!admitted) return;
    caller_ = *admitted;
  }
  if (decision.destination == Destination::kLiveness) return answer_probe(200);
  const bool ready = target.state == snapshot::RouteState::kServing && !local->replicas.empty();
  if (decision.destination == Destination::kReadiness) return answer_probe(ready ? 200 : 503);
  if (!ready) return answer_not_serving(target);
  if (local->rate != nullptr && !keep_to_rate()) return;
  asks_websocket_ = !seldon_ && asks_for_websocket(head);
  if (asks_websocket_ && !target.websocket) {
    return answer({.status = 403,
                   .info = "this deployment does not allow WebSocket; allow_websocket in its "
                           "settings does"});
  }
  body_limit_ = target.body_limit_bytes;
  timeout_ = std::chrono::milliseconds(target.request_timeout_ms);
  std::string_view path = replica_path(decision, target);
  if (!head.query.empty()) {
    target_.assign(path).append("?").append(head.query);
    path = target_;
  }
  ModelRequest request{.target = path,
                       .puid = puid_,
                       .user = caller_,
                       .peer = client_->peer(),
                       .encrypted = client_->encrypted(),
                       .websocket = asks_websocket_};
  if (!seldon_) request.prefix = head.path.substr(0, head.path.size() - decision.rest.size());
  std::array<char, kTraceparentLength> trace;
  if (!head.fields.has(HeaderId::kTraceparent)) {
    request.traceparent = make_traceparent(trace, puid_, context_.random);
  }
  write_model_request(request_, head, request);
  accept(head);
}

std::optional<std::string_view> ProxyExchange::admit(const http::RequestHead& head) {
  const Admission admission = context_.clients.check(*table_, *route_, head.fields, started_);
  rates_.client = admission.rate;
  if (admission.kind == Admission::Kind::kAdmitted) return admission.client;
  fail(admission_refusal(admission));
  return std::nullopt;
}

bool ProxyExchange::keep_to_rate() {
  rates_.deployment = route_->rate->take(route_->route->requests_per_minute, started_);
  if (rates_.deployment.allows()) return true;
  fail(deployment_rate_refusal(rates_.deployment));
  return false;
}

void ProxyExchange::begin_control(const http::RequestHead& head) {
  context_.metrics.control_requests.add();
  if (context_.control == nullptr) {
    return fail(
        Failure::kControlAway,
        {.status = 503, .info = "this gateway has no control plane to ask", .retry_after = 1});
  }
  body_limit_ = context_.limits.control_body_bytes;
  timeout_ = context_.limits.control_timeout;
  write_control_request(request_, head, client_->peer(), client_->encrypted());
  accept(head);
}

void ProxyExchange::accept(const http::RequestHead& head) {
  if (head.framing == http::Framing::kLength && head.content_length > body_limit_) {
    return fail(too_large_refusal());
  }
  advance(E::kAccept);
  if (request_whole_) {
    attempt({});
  } else if (head.expect_continue) {
    client_->send_continue();
  }
}

void ProxyExchange::on_body(std::string_view bytes) {
  if (switched_) return pass_to_replica(bytes);
  body_received_ += bytes.size();
  if (body_received_ > body_limit_) {
    if (state_ == S::kReplyingEarly) {
      count_failure(Failure::kTooLarge);
      return cut(413);
    }
    return fail(too_large_refusal());
  }
  if (service_ == Service::kFeedback && route_ != nullptr) reward_.feed(bytes);
  switch (state_) {
    case S::kHolding:
      return attempt(bytes);
    case S::kQueued:
    case S::kConnecting:
      return keep_within_bounds(bytes);
    case S::kSending:
    case S::kReplyingEarly:
      return send_body(bytes);
    default:
      assert(false && "body bytes after the end of the request");
  }
}

void ProxyExchange::on_end() {
  if (request_whole_) return;
  request_whole_ = true;
  switch (state_) {
    case S::kHolding:  // a chunked body without a byte
      request_.append(http::kLastChunk);
      return attempt({});
    case S::kQueued:
    case S::kConnecting:
      if (framing_ == http::Framing::kChunked) request_.append(http::kLastChunk);
      return;
    case S::kSending:
    case S::kReplyingEarly:
      if (framing_ == http::Framing::kChunked) {
        connection_->send(http::kLastChunk);
        if (request_kept_) request_.append(http::kLastChunk);
      }
      return request_is_whole();
    default:
      assert(false && "the end of a request that is not being sent");
  }
}

void ProxyExchange::on_abort(serve::AbortCause) {
  if (state_ == S::kIdle) return;
  if (switched_) {
    settle_websocket();
    client_ = nullptr;
    return;
  }
  count_failure(Failure::kClientGone);
  advance(E::kCut);
  release_connection(false);
  settle(kClientClosedRequest);
  client_ = nullptr;
}

void ProxyExchange::on_writable() {
  if (!reply_paused_) return;
  reply_paused_ = false;
  if (connection_ != nullptr) connection_->resume_reads();
}

void ProxyExchange::advance(ExchangeEvent event) {
  const ExchangeState next = next_state(state_, event);
  assert(next != S::kIllegal);
  state_ = next;
}

// ---- pool --------------------------------------------------------------------------------------

serve::RequestHandler& ExchangePool::acquire() {
  if (unused_.empty()) {
    all_.push_back(std::make_unique<ProxyExchange>(context_));
    unused_.reserve(all_.size());
    return *all_.back();
  }
  ProxyExchange* exchange = unused_.back();
  unused_.pop_back();
  return *exchange;
}

void ExchangePool::release(serve::RequestHandler& handler) {
  unused_.push_back(static_cast<ProxyExchange*>(&handler));
}

}  // namespace slipway::gateway
