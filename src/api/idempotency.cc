#include "api/idempotency.h"

#include <fmt/format.h>

#include <algorithm>

namespace slipway::api {

Result<std::optional<std::string>> idempotency_key(const Request& request) {
  if (!has_field(request, "Idempotency-Key")) return std::nullopt;
  const std::string_view key = request.field("Idempotency-Key");
  const bool printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > kMaxIdempotencyKey || !printable) {
    return fail(ErrorCode::kInvalid,
                fmt::format("Idempotency-Key must be 1 to {} printable ASCII characters without "
                            "blanks, e.g. a UUID",
                            kMaxIdempotencyKey));
  }
  return std::string(key);
}

}  // namespace slipway::api
