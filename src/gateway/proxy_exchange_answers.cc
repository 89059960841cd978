// The answers that an exchange gives by itself: probes, preflights, refusals. They end it.

#include <utility>

#include "gateway/model_reply.h"
#include "gateway/own_reply.h"
#include "gateway/proxy_exchange.h"
#include "http/head_writer.h"

namespace slipway::gateway {
namespace {

using http::HeaderId;
using E = ExchangeEvent;

constexpr std::string_view kChallenge = "Basic realm=\"slipway\", Bearer";
constexpr std::string_view kNosniff = "x-content-type-options";

}  // namespace

void ProxyExchange::answer_unknown(std::string_view deployment) {
  target_.assign("there is no deployment '").append(deployment).append("'");
  fail(Failure::kUnknownDeployment,
       {.status = 404, .info = target_, .reason = "unknown deployment"});
}

void ProxyExchange::answer_not_serving(const snapshot::Route& target) {
  const bool stopped = target.state == snapshot::RouteState::kStopped;
  target_.assign("deployment '").append(target.deployment);
  target_.append(stopped ? "' is stopped" : "' has no ready replica");
  fail(Failure::kNotServing,
       {.status = 503,
        .info = target_,
        .reason = !target.reason.empty() ? std::string_view(target.reason)
                                         : (stopped ? "stopped" : "no ready replica"),
        .retry_after = stopped ? 0 : 1});
}

AnswerFacts ProxyExchange::answer_facts() const {
  return {.puid = puid_,
          .deployment = deployment_,
          .request_id = request_id_,
          .event_path = event_path_,
          .rates = rates_.any() ? &rates_ : nullptr};
}

void ProxyExchange::answer_preflight(std::string_view allow) {
  reply_fields_.clear();
  http::FieldLines lines(http::FieldLines::In::kResponse, reply_fields_);
  lines.field("access-control-allow-origin", "*");
  lines.field("access-control-allow-methods", allow);
  // A star means every name but Authorization (Fetch §3.2.4); Seldon's clients look for theirs.
  lines.field("access-control-allow-headers",
              "Accept, Accept-Encoding, Authorization, Content-Length, Content-Type, X-CSRF-Token, "
              "*");
  lines.field(kNosniff, "nosniff");
  settle(200);
  serve::Exchange& client = *std::exchange(client_, nullptr);
  client.respond_whole({.status = 200, .content_length = 0, .fields = reply_fields_}, {});
}

// Empty, as the executor's (seldon.md §1.2).
void ProxyExchange::answer_probe(int status) {
  advance(E::kAnswer);
  reply_fields_.clear();
  append_answer_fields(reply_fields_, answer_facts(), target_);
  settle(status);
  serve::Exchange& client = *std::exchange(client_, nullptr);
  client.respond_whole({.status = status, .content_length = 0, .fields = reply_fields_}, {});
}

void ProxyExchange::fail(Failure failure, const OwnReply& reply) {
  count_failure(failure);
  answer(reply);
}

void ProxyExchange::answer(const OwnReply& reply) {
  advance(E::kAnswer);
  release_connection(false);
  own_body_.clear();
  reply_fields_.clear();
  http::FieldLines lines(http::FieldLines::In::kResponse, reply_fields_);
  if (grpc_) {
    append_grpc_status(reply_fields_, reply.status, reply.info);
  } else if (to_control_ || reply.problem || !seldon_) {
    append_problem(own_body_, reply.status, reply.info);
    lines.field(HeaderId::kContentType, "application/problem+json");
  } else {
    append_seldon_failure(own_body_, reply.status, reply.info, reply.reason);
    lines.field(HeaderId::kContentType, "application/json");
  }
  if (to_control_) {
    lines.field(kNosniff, "nosniff");
  } else {
    if (puid_.empty()) puid_ = context_.puids.next();
    append_answer_fields(reply_fields_, answer_facts(), target_);
  }
  if (reply.retry_after > 0) {
    lines.field(HeaderId::kRetryAfter, static_cast<uint64_t>(reply.retry_after));
  }
  if (reply.challenge && !grpc_) lines.field(HeaderId::kWwwAuthenticate, kChallenge);
  if (!reply.allow.empty()) lines.field(HeaderId::kAllow, reply.allow);
  body_sent_ = own_body_.size();
  settle(reply.status);
  serve::Exchange& client = *std::exchange(client_, nullptr);
  client.respond_whole({.status = grpc_ ? 200 : reply.status,
                        .content_length = static_cast<int64_t>(own_body_.size()),
                        .fields = reply_fields_},
                       own_body_);
}

void ProxyExchange::cut(int status) {
  advance(E::kCut);
  release_connection(false);
  settle(status);
  std::exchange(client_, nullptr)->abort();
}

}  // namespace slipway::gateway
