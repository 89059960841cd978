#include "gateway/refusal.h"

#include <cerrno>

namespace slipway::gateway {
namespace {

Refusal control_lost(const Loss& loss) {
  if (loss.kind == Loss::Kind::kNotConnected || loss.nothing_sent) {
    return {Failure::kControlAway,
            {.status = 503,
             .info = "the control plane does not answer; predictions go on, and this request may "
                     "be repeated in a moment",
             .retry_after = 1}};
  }
  return {Failure::kControlAway,
          {.status = 502,
           .info = loss.kind == Loss::Kind::kBadReply
                       ? "the control plane's answer broke the rules of HTTP"
                       : "the control plane went away before it answered; whether a change was "
                         "made is not known"}};
}

}  // namespace

Refusal lost_refusal(const Loss& loss, bool to_control) {
  if (to_control) return control_lost(loss);
  switch (loss.kind) {
    case Loss::Kind::kNotConnected:
      if (loss.error == ETIMEDOUT) {
        return {Failure::kTimeout,
                {.status = 504,
                 .info = "no replica accepted a connection in time",
                 .reason = "connect timeout"}};
      }
      return {Failure::kConnect,
              {.status = 502,
               .info = "no connection to a replica could be made",
               .reason = "connect failed"}};
    case Loss::Kind::kClosed:
      return {Failure::kLost,
              {.status = 502,
               .info = "the replica closed the connection before it answered",
               .reason = "connection lost"}};
    case Loss::Kind::kBadReply:
    case Loss::Kind::kTruncated:
      break;
  }
  return {Failure::kBadReply,
          {.status = 502,
           .info = "the replica's reply broke the rules of HTTP",
           .reason = "bad reply"}};
}

Refusal timeout_refusal(bool to_control) {
  return {to_control ? Failure::kControlAway : Failure::kTimeout,
          {.status = 504,
           .info = to_control ? "the control plane did not answer in time"
                              : "the replica did not answer in time",
           .reason = "timeout"}};
}

Refusal admission_refusal(const Admission& admission) {
  using Kind = Admission::Kind;
  if (admission.kind == Kind::kTooFast) {
    return {Failure::kRateLimited,
            {.status = 429,
             .info = "this client sends more requests than it may",
             .retry_after = static_cast<int>(whole_seconds(admission.rate.wait)),
             .problem = true}};
  }
  std::string_view info = "the credential does not hold for this endpoint";
  if (admission.kind == Kind::kMissing) {
    info =
        "this endpoint is private: send a client's name and token as Basic, or the token as "
        "Bearer";
  } else if (admission.kind == Kind::kTwice) {
    info = "the request has more than one Authorization field";
  }
  return {Failure::kUnauthorized,
          {.status = 401, .info = info, .challenge = true, .problem = true}};
}

Refusal too_large_refusal() {
  return {Failure::kTooLarge,
          {.status = 413,
           .info = "the request's body is larger than the limit",
           .reason = "body too large"}};
}

Refusal deployment_rate_refusal(const RateState& rate) {
  return {Failure::kDeploymentRate,
          {.status = 429,
           .info = "all callers of this deployment together send more requests than it takes",
           .reason = "rate limited",
           .retry_after = static_cast<int>(whole_seconds(rate.wait))}};
}

Refusal queue_full_refusal() {
  return {Failure::kSaturated,
          {.status = 503,
           .info = "every replica is at its limit of requests, and so is the queue",
           .reason = "saturated",
           .retry_after = 1}};
}

Refusal queue_timeout_refusal() {
  return {Failure::kQueueTimeout,
          {.status = 503,
           .info = "every replica was at its limit of requests for as long as this one may wait",
           .reason = "queue timeout",
           .retry_after = 1}};
}

}  // namespace slipway::gateway
