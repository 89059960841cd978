#pragma once
// What the gateway says instead of a model's or control's answer, and what that is counted as. How
// it is written down is decided by who asks (own_reply.h). Texts are literals or live as long as
// what they were made from. Pure.

#include <string_view>

#include "gateway/client_gate.h"
#include "gateway/upstream_connection.h"
#include "gateway/worker_metrics.h"

namespace slipway::gateway {

struct OwnReply {
  int status = 503;
  std::string_view info = {};
  std::string_view reason = {};
  int retry_after = 0;  // seconds; 0: it is not said
  std::string_view allow = {};
  bool challenge = false;  // 401: says which credentials are taken
  bool problem = false;    // a problem document instead of Seldon's
};

struct Refusal {
  Failure failure = Failure::kCount;  // kCount: it is the caller's mistake and not counted
  OwnReply reply = {};
};

// An upstream was lost before its reply began.
Refusal lost_refusal(const Loss& loss, bool to_control);
// It did not answer in time.
Refusal timeout_refusal(bool to_control);
// The client may not go on; `admission` is not kAdmitted.
Refusal admission_refusal(const Admission& admission);
Refusal too_large_refusal();
// All callers together are faster than the deployment's rate.
Refusal deployment_rate_refusal(const RateState& rate);
// Every replica is at its limit and so is the queue.
Refusal queue_full_refusal();
// It waited for as long as it may.
Refusal queue_timeout_refusal();

}  // namespace slipway::gateway
