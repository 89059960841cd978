#include "api/json_body.h"

#include "base/json.h"
#include "base/json_reader.h"
#include "http/header_table.h"

namespace slipway::api {

bool is_json_request(const Request& request) {
  if (request.body.empty()) return true;
  std::string_view type = request.field("Content-Type");
  const size_t parameters = type.find(';');
  if (parameters != std::string_view::npos) {
    std::string_view rest = type.substr(parameters + 1);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    // RFC 8259 §8.1 knows no other character set; a stated one may only repeat that.
    const bool utf8 = http::equals_ignoring_case(rest, "charset=utf-8") ||
                      http::equals_ignoring_case(rest, "charset=\"utf-8\"");
    if (!utf8) return false;
    type = type.substr(0, parameters);
  }
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  if (http::equals_ignoring_case(type, "application/json")) return true;
  return request.method == http::Method::kPatch &&
         http::equals_ignoring_case(type, "application/merge-patch+json");
}

Result<Json> json_object_of(const Request& request, bool may_be_empty) {
  if (request.body.empty()) {
    if (may_be_empty) return Json::object();
    return fail(ErrorCode::kInvalid, "the body is empty; a JSON object is expected");
  }
  TRY_ASSIGN(Json document, parse_json(request.body, JsonLimits{kMaxBodyBytes, 32}));
  if (!document.is_object()) {
    return fail(ErrorCode::kInvalid, "the body is JSON but not an object; write {\"name\": ...}");
  }
  return document;
}

Result<void> no_members_in(const Request& request) {
  TRY_ASSIGN(const Json document, json_object_of(request, /*may_be_empty=*/true));
  return JsonReader(document).finish();
}

}  // namespace slipway::api
