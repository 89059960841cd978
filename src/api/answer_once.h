#pragma once
// Idempotency-Key around every POST of somebody who is signed in: the first request with a key is
// carried out and its answer kept, a repeat gets that answer. Where the answer shows a secret once,
// the secret is not kept, and a repeat is told that it was done (RouteText::repeat).

#include "api/routes.h"
#include "base/result.h"
#include "control/kept_answers.h"

namespace slipway::api {

// Does the route take an Idempotency-Key?
bool takes_idempotency_key(const Route& route);

// Runs the route's handler, or answers as it did before.
Result<Reply> answer_once(control::KeptAnswers& answers, const Route& route, const RouteCall& call);

}  // namespace slipway::api
