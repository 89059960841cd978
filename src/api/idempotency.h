#pragma once
// Idempotency-Key of a POST: a repeated create with the same key gives the deployment that the
// first one made instead of a second one. The key is kept for 24 hours in the transaction that does
// the work (store/idempotency_keys.h), so a crash in between neither loses nor doubles it; here it
// is only read. Pure function.

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
