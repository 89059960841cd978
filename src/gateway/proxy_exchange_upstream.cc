// The upstream's side of an exchange, a replica or control: who is asked, what is sent there, what
// comes back, and what becomes of it when that goes wrong.

#include <cassert>
#include <cerrno>
#include <chrono>
#include <utility>

#include "gateway/balancer.h"
#include "gateway/model_reply.h"
#include "gateway/proxy_exchange.h"
#include "gateway/retry.h"
#include "http/head_writer.h"
#include "http/status.h"

namespace slipway::gateway {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using E = ExchangeEvent;
using S = ExchangeState;

// For so long a request that could not be sent again, because some of its body is yet to come or it
// has been sent again already, leaves the trial of an ejected replica to one that can. Not for
// ever: where all bodies are large, one of those has to find out.
constexpr std::chrono::seconds kLeavesTrial{1};

}  // namespace

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

// ---- the reply ---------------------------------------------------------------------------------

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

// ---- the end -----------------------------------------------------------------------------------

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
  if (to_pool && !asks_websocket_ && connection.request_sent()) {
    if (reply_paused_) connection.resume_reads();
    context_.pool.give_back(connection);
  } else {
    context_.pool.discard(connection);
  }
  upstream_ = nullptr;
}

}  // namespace slipway::gateway
