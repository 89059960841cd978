#include "api/etag.h"

#include <fmt/format.h>

#include <charconv>

namespace slipway::api {

std::string etag(int64_t generation) { return fmt::format("\"{}\"", generation); }

Reply with_etag(Reply reply, int64_t generation) {
  reply.fields.emplace_back("ETag", etag(generation));
  return reply;
}

Result<std::optional<int64_t>> expected_generation(const Request& request) {
  if (!has_field(request, "If-Match")) return std::nullopt;
  const std::string_view value = request.field("If-Match");
  if (value == "*") return std::nullopt;
  const bool is_one_tag = value.size() >= 2 && value.front() == '"' && value.back() == '"' &&
                          value.find('"', 1) == value.size() - 1;
  if (!is_one_tag) {
    return fail(ErrorCode::kInvalid,
                "If-Match must be one entity tag as the ETag of an answer gave it, e.g. "
                "If-Match: \"5\", or *");
  }
  const std::string_view digits = value.substr(1, value.size() - 2);
  int64_t generation = 0;
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), generation);
  if (problem != std::errc() || end != digits.data() + digits.size() || generation < 0) {
    return fail(ErrorCode::kPrecondition,
                "it never had the entity tag of If-Match; read it again and repeat the change");
  }
  return generation;
}

}  // namespace slipway::api
