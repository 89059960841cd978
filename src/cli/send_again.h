#pragma once
// Creating a deployment over a network that loses answers.

#include "base/json_fwd.h"
#include "base/result.h"
#include "cli/api_client.h"
#include "cli/api_reply.h"
#include "cli/outside.h"

namespace slipway::cli {

// With an Idempotency-Key of its own the request is sent again when its answer got lost; it never
// makes two.
Result<ApiReply> create_once(const Outside& outside, const ApiClient& client, const Json& document);

}  // namespace slipway::cli
