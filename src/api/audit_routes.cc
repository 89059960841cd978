#include "api/audit_routes.h"

#include "api/audit_schemas.h"
#include "api/json_reply.h"
#include "api/query_reader.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr int kExportBatch = 500;

// What was stored as JSON; null: it was not there.
Json stored_json(const std::string& text) {
  if (text.empty()) return nullptr;
  return parse_json(text).value_or(Json(text));
}

std::string lines_of(const control::AuditPage& page) {
  std::string out;
  for (const control::AuditEntry& entry : page.items) out += dump_json(audit_json(entry)) + "\n";
  return out;
}

// `first` was read before the head was sent, so that a refusal is one.
Reply whole_log(control::AuditLog& audit, const control::Caller& caller,
                control::AuditFilter filter, control::AuditPage first) {
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.fields.emplace_back("Content-Disposition", "attachment; filename=\"audit.ndjson\"");
  reply.stream = [&audit, caller, filter = std::move(filter),
                  page = std::move(first)](const ByteSink& sink) mutable -> Result<void> {
    while (sink(lines_of(page)) && !page.next_cursor.empty()) {
      filter.cursor = page.next_cursor;
      TRY_ASSIGN(page, audit.list(caller, filter));
    }
    return {};
  };
  return reply;
}

Result<Reply> list(control::AuditLog& audit, const RouteCall& call) {
  QueryReader query(call.request.query);
  control::AuditFilter filter;
  filter.actor = query.text("actor").value_or("");
  filter.action = query.text("action").value_or("");
  filter.object = query.text("object").value_or("");
  filter.group = query.text("group").value_or("");
  filter.since = query.time("since");
  filter.until = query.time("until");
  const std::string format = query.text("format").value_or("json");
  if (format != "json" && format != "ndjson") query.add_fault("format", "must be json or ndjson");
  const auto limit = query.integer("limit", {1, 1000});
  const auto cursor = query.text("cursor");
  if (format == "ndjson" && (limit || cursor)) {
    query.add_fault(limit ? "limit" : "cursor", "is for pages; format=ndjson gives every row");
  }
  TRY(query.finish());
  if (format == "ndjson") {
    filter.limit = kExportBatch;
    TRY_ASSIGN(control::AuditPage first, audit.list(call.caller, filter));
    return whole_log(audit, call.caller, std::move(filter), std::move(first));
  }
  filter.limit = static_cast<int>(limit.value_or(100));
  filter.cursor = cursor.value_or("");
  TRY_ASSIGN(const control::AuditPage page, audit.list(call.caller, filter));
  Json items = Json::array();
  for (const control::AuditEntry& entry : page.items) items.push_back(audit_json(entry));
  return page_reply(std::move(items), page.next_cursor);
}

}  // namespace

Json audit_json(const control::AuditEntry& entry) {
  return {{"sequence", entry.sequence},
          {"time", format_rfc3339(entry.time)},
          {"actor", entry.actor.empty() ? Json(nullptr) : Json(entry.actor)},
          {"source", entry.source.empty() ? Json(nullptr) : Json(entry.source)},
          {"action", entry.action},
          {"object", entry.object},
          {"group", entry.group.empty() ? Json(nullptr) : Json(entry.group)},
          {"detail", entry.detail},
          {"before", stored_json(entry.before)},
          {"after", stored_json(entry.after)}};
}

void add_audit_routes(RouteTable& table, control::AuditLog& audit) {
  table.add_schemas(audit_schemas());
  table.add(
      {http::Method::kGet,
       "/api/v1/audit",
       "listAudit",
       Access::kGroupAdmin,
       {.tag = "audit",
        .summary = "Who changed what, newest first; group admins see their groups' rows. With "
                   "format=ndjson all of it as a file",
        .query = "actor:string action:string object:string group:string since:string "
                 "until:string format:string limit:integer cursor:string",
        .response_schema = "Page:AuditEntry",
        .more_answers = {{200, "AuditLines", "application/x-ndjson"}}},
       [&audit](const RouteCall& call) { return list(audit, call); }});
}

}  // namespace slipway::api
