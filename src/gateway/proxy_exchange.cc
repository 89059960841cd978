#include "gateway/proxy_exchange.h"

#include <array>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <utility>

#include "gateway/balancer.h"
#include "gateway/model_call.h"
#include "gateway/model_reply.h"
#include "gateway/retry.h"
#include "gateway/upstream_request.h"
#include "gateway/websocket.h"
#include "http/head_writer.h"
#include "http/status.h"

// Longer than most: the steps of one exchange share one state, and the transition table is easiest
// to check against all of them in one place. The answers of our own are in
// proxy_exchange_answers.cc, waiting for a replica is in proxy_exchange_queue.cc, WebSocket in
// proxy_exchange_websocket.cc. What can be decided without that state has files of its own (router,
// model_call, balancer, retry, refusal, own_reply, upstream_request, exchange_state).

namespace slipway::gateway {
namespace {

using http::HeaderId;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using E = ExchangeEvent;
using S = ExchangeState;

// For so long a request that could not be sent again, because some of its body is yet to come or it
// has been sent again already, leaves the trial of an ejected replica to one that can. Not for
// ever: where all bodies are large, one of those has to find out.
constexpr std::chrono::seconds kLeavesTrial{1};

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

// ---- the client's side -------------------------------------------------------------------------

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

// ---- sending -----------------------------------------------------------------------------------

Upstream* ProxyExchange::balance() {
  if (route_ == nullptr) return context_.control;
  const bool could_be_repeated = attempts_ == 0 && client_->request_complete();
  return pick_replica({.replicas = route_->replicas,
                       .concurrency = route_->concurrency,
                       .avoid = upstream_,
                       .now = could_be_repeated ? started_ : started_ - kLeavesTrial},
                      context_.random);
}

void ProxyExchange::attempt(std::string_view first_body) {
  // Nobody passes those who wait.
  const bool others_wait = route_ != nullptr && route_->queue != nullptr && !route_->queue->empty();
  Upstream* chosen = others_wait ? nullptr : balance();
  if (chosen == nullptr) return wait_for_room(first_body);
  begin_attempt(*chosen, first_body);
}

void ProxyExchange::begin_attempt(Upstream& chosen, std::string_view first_body) {
  tried_ = upstream_ = &chosen;
  attempted_ = context_.reactor.now();
  ++attempts_;
  watch_.begin(chosen, attempted_);
  // A second attempt is made because a connection failed: it gets one that cannot be stale.
  const bool fresh = attempts_ > 1 || watch_.is_trial();
  const UpstreamProtocol protocol = grpc_ ? UpstreamProtocol::kHttp2 : UpstreamProtocol::kHttp1;
  connection_ = fresh ? nullptr : context_.pool.take(chosen, protocol);
  const bool pooled = connection_ != nullptr;
  if (!pooled) connection_ = context_.pool.connect(chosen, protocol);
  if (connection_ == nullptr) {
    watch_.finish();
    return fail(Failure::kSaturated, {.status = 503,
                                      .info = "the gateway has no free socket",
                                      .reason = "saturated",
                                      .retry_after = 1});
  }
  ++chosen.in_flight;
  connection_->attach(*this, method_);
  if (asks_websocket_) connection_->expect_websocket();
  if (pooled) {
    advance(E::kReuse);
    context_.reactor.arm(timer_, time_left());
    send_first(first_body);
    if (upload_paused_ && connection_ != nullptr && !connection_->congested()) on_request_drained();
  } else {
    advance(E::kConnect);
    if (!first_body.empty()) keep_body(first_body);
    context_.reactor.arm(timer_, context_.limits.connect_timeout);
  }
}

void ProxyExchange::send_first(std::string_view first_body) {
  if (framing_ == http::Framing::kChunked && !first_body.empty()) {
    keep_body(first_body);
    first_body = {};
  }
  if (first_body.empty()) {
    connection_->send(request_);
  } else {
    connection_->send(request_, first_body);
    // Kept only when it may have to be sent again; normally the kernel has it all by now.
    if (connection_->nothing_sent()) {
      keep_body(first_body);
    } else {
      request_kept_ = false;
    }
  }
  if (request_whole_) request_is_whole();
}

void ProxyExchange::on_connected() {
  advance(E::kConnected);
  context_.reactor.arm(timer_, time_left());
  send_first({});
  if (upload_paused_ && !connection_->congested()) on_request_drained();
}

void ProxyExchange::keep_within_bounds(std::string_view bytes) {
  keep_body(bytes);
  if (request_.size() > context_.limits.kept_request_bytes) pause_upload();
}

void ProxyExchange::pause_upload() {
  if (std::exchange(upload_paused_, true)) return;
  context_.metrics.upload_pauses.add();
  client_->pause_body();
}

void ProxyExchange::keep_body(std::string_view bytes) {
  if (framing_ == http::Framing::kChunked) {
    http::write_chunk(request_, bytes);
  } else {
    request_.append(bytes);
  }
}

void ProxyExchange::send_body(std::string_view bytes) {
  if (framing_ == http::Framing::kChunked) {
    request_.clear();  // its bytes are gone; the room serves as a scratch pad
    http::write_chunk(request_, bytes);
    connection_->send(request_);
  } else {
    connection_->send(bytes);
  }
  request_kept_ = false;
  if (connection_->congested()) pause_upload();
}

void ProxyExchange::request_is_whole() {
  advance(E::kRequestSent);
  // The replica's time counts from the end of the request, not from its head.
  if (state_ == S::kWaiting) context_.reactor.arm(timer_, time_left());
}

void ProxyExchange::on_request_drained() {
  if (!upload_paused_) return;
  upload_paused_ = false;
  if (!request_whole_ || switched_) client_->resume_body();
}

// ---- the upstream's reply ----------------------------------------------------------------------

serve::ResponseStart ProxyExchange::make_start(const http::ResponseHead& head) {
  reply_fields_.clear();
  if (to_control_) {
    http::FieldLines(http::FieldLines::In::kResponse, reply_fields_).forward(head.fields);
  } else {
    AnswerFacts facts = answer_facts();
    facts.replica = upstream_->id;
    append_model_reply_fields(reply_fields_, head.fields, facts, target_);
  }
  status_ = head.status;
  if (grpc_) grpc_status_ = grpc_status_in(head.fields);
  if (!to_control_) {
    route_->shard->first_byte.observe(
        duration_cast<microseconds>(context_.reactor.now() - started_));
  }
  serve::ResponseStart start;
  start.status = head.status;
  start.fields = reply_fields_;
  switch (head.framing) {
    case http::Framing::kLength:
      start.content_length = static_cast<int64_t>(head.content_length);
      break;
    case http::Framing::kNone:
      start.content_length = head.has_content_length ? static_cast<int64_t>(head.content_length)
                                                     : (method_ == http::Method::kHead ? -1 : 0);
      break;
    case http::Framing::kChunked:
    case http::Framing::kUntilClose:
      start.content_length = -1;
      break;
  }
  return start;
}

void ProxyExchange::on_reply_whole(const http::ResponseHead& head, std::string_view body,
                                   bool clean) {
  serve::ResponseStart start = make_start(head);
  advance(E::kReplyHead);
  const bool sent_whole = state_ == S::kReplying;
  advance(E::kReplyWhole);
  count_exchange(head.status);
  release_connection(clean && sent_whole);
  body_sent_ = body.size();
  settle(head.status);
  serve::Exchange& client = *std::exchange(client_, nullptr);
  if (method_ == http::Method::kHead || http::status_forbids_body(head.status)) {
    client.respond(start);
    client.finish();
    return;
  }
  // All of it is here, so it needs no chunks.
  start.content_length = static_cast<int64_t>(body.size());
  client.respond_whole(start, body);
}

void ProxyExchange::on_reply_head(const http::ResponseHead& head) {
  const serve::ResponseStart start = make_start(head);
  advance(E::kReplyHead);
  watch_.answered();
  if (to_control_) {
    context_.reactor.disarm(timer_);
  } else {
    context_.reactor.arm(timer_, timeout_);  // from now on: between two parts of the reply
  }
  client_->respond(start);
}

void ProxyExchange::on_reply_body(std::string_view bytes) {
  if (!to_control_) context_.reactor.arm(timer_, timeout_);
  body_sent_ += bytes.size();
  client_->body(bytes);
  if (client_ != nullptr && client_->congested() && !reply_paused_) {
    reply_paused_ = true;
    context_.metrics.reply_pauses.add();
    connection_->pause_reads();
  }
}

void ProxyExchange::on_reply_end(bool clean) {
  if (switched_) return end_websocket();
  const bool sent_whole = state_ == S::kReplying;
  advance(E::kReplyWhole);
  count_exchange(status_);
  release_connection(clean && sent_whole);
  settle(status_);
  std::exchange(client_, nullptr)->finish_with(reply_trailers_);
}

void ProxyExchange::on_lost(const Loss& loss) {
  if (switched_) return end_websocket();
  watch_.lost(loss, grpc_, context_.reactor.now(), context_.random);
  if (state_ == S::kReplying || state_ == S::kReplyingEarly) {
    count_failure(Failure::kLost);
    return cut(502);
  }
  const FailedAttempt failed{.method = method_,
                             .attempt = attempts_,
                             .connected = loss.kind != Loss::Kind::kNotConnected,
                             .nothing_sent = loss.nothing_sent,
                             .reply_began = loss.reply_began,
                             .request_kept = request_kept_,
                             .good_connection = loss.kind != Loss::Kind::kBadReply};
  if (!may_retry(failed)) return fail(lost_refusal(loss, to_control_));
  context_.metrics.retries.add();
  Upstream* const lost = upstream_;
  release_connection(false);
  upstream_ = lost;  // the balancer avoids it
  advance(E::kRetry);
  attempt({});
}

// ---- bookkeeping -------------------------------------------------------------------------------

void ProxyExchange::on_timeout() {
  switch (state_) {
    case S::kQueued:
      return fail(queue_timeout_refusal());
    case S::kConnecting:
      return on_lost({Loss::Kind::kNotConnected, ETIMEDOUT, true, false});
    case S::kSending:
      // While it is the client that is slow, its own server watches it.
      if (!upload_paused_) {
        context_.reactor.arm(timer_, timeout_);
        return;
      }
      [[fallthrough]];
    case S::kWaiting:
      watch_.failed(Fault::kTimeout, context_.reactor.now(), context_.random);
      return fail(timeout_refusal(to_control_));
    case S::kReplying:
    case S::kReplyingEarly:
      if (switched_) return end_websocket();
      count_failure(Failure::kTimeout);
      return cut(504);
    default:
      assert(false && "a deadline without a request");
  }
}

void ProxyExchange::release_connection(bool to_pool) {
  if (connection_ == nullptr) return;
  watch_.finish();
  --upstream_->in_flight;
  if (upstream_->queue != nullptr) upstream_->queue->serve_soon(context_.reactor);
  UpstreamConnection& connection = *std::exchange(connection_, nullptr);
  // Rule 8: whole both ways, and nothing of the request is still to be sent; and rule 7.
  if (to_pool && !asks_websocket_ && connection.unsent() == 0) {
    if (reply_paused_) connection.resume_reads();
    context_.pool.give_back(connection);
  } else {
    context_.pool.discard(connection);
  }
  upstream_ = nullptr;
}

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
