#pragma once
// The body of a write as a JSON object, or the answer that says why it is none: 415 for another
// content type, 413 over a mebibyte, 400 for what is not JSON, not an object, nested deeper than 32
// levels, or has a member twice. Pure functions.

#include "api/request.h"
#include "base/json_fwd.h"
#include "base/result.h"

namespace slipway::api {

inline constexpr size_t kMaxBodyBytes = 1024 * 1024;

// Is the Content-Type one that we read? Also true when there is no body.
bool is_json_request(const Request& request);

// An empty body gives an empty object when `may_be_empty`.
Result<Json> json_object_of(const Request& request, bool may_be_empty = false);

// For a write that takes no settings: a member in its body would be ignored in silence otherwise.
Result<void> no_members_in(const Request& request);

}  // namespace slipway::api
