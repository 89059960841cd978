#include "api/json_reply.h"

#include "base/json.h"

namespace slipway::api {

Reply json_reply(int status, const Json& document) {
  Reply reply;
  reply.status = status;
  reply.content_type = "application/json";
  reply.body = dump_json(document) + "\n";
  return reply;
}

Reply page_reply(Json items, std::string_view next_cursor) {
  Json page;
  page["items"] = std::move(items);
  page["next_cursor"] = next_cursor.empty() ? Json(nullptr) : Json(next_cursor);
  return json_reply(200, page);
}

Reply no_content() {
  Reply reply;
  reply.status = 204;
  return reply;
}

Json time_json(const std::optional<Timestamp>& time) {
  return time ? Json(format_rfc3339(*time)) : Json(nullptr);
}

}  // namespace slipway::api
