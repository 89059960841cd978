#pragma once
// ETag and If-Match of what people change (RFC 9110 §8.8.3, §13.1.1): the tag is the generation,
// which counts every change that a user made. Status changes do not touch it, so it guards writes
// and is no cache validator. Pure functions.

#include <cstdint>
#include <optional>
#include <string>

#include "api/request.h"
#include "base/result.h"

namespace slipway::api {

// "\"5\""
std::string etag(int64_t generation);
Reply with_etag(Reply reply, int64_t generation);

// From If-Match: none when the field is missing or '*'. kInvalid for a list, a weak tag or no tag
// at all; kPrecondition for a tag that we never gave.
Result<std::optional<int64_t>> expected_generation(const Request& request);

}  // namespace slipway::api
