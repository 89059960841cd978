#pragma once
// Reads the Idempotency-Key of a POST. What it does is answer_once.h's; for the create of a
// deployment it is kept in the transaction that does the work (store/idempotency_keys.h). Pure
// function.

#include <optional>
#include <string>

#include "api/request.h"
#include "base/result.h"

namespace slipway::api {

inline constexpr size_t kMaxIdempotencyKey = 255;

// None when the field is missing; kInvalid unless it is 1 to 255 printable ASCII characters without
// blanks.
Result<std::optional<std::string>> idempotency_key(const Request& request);

}  // namespace slipway::api
