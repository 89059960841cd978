#include "api/log_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/query_reader.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr IntegerRange kTail{0, 1'000'000};

enum class LogFormat { kText, kTextWithTimes, kNdjson };

std::string render(const engine::LogLine& line, LogFormat format) {
  switch (format) {
    case LogFormat::kText:
      return line.text + "\n";
    case LogFormat::kTextWithTimes:
      return format_rfc3339(line.time) + " " + line.text + "\n";
    case LogFormat::kNdjson:
      break;
  }
  return dump_json({{"time", format_rfc3339(line.time)},
                    {"stream", line.is_stderr ? "stderr" : "stdout"},
                    {"line", line.text}}) +
         "\n";
}

Result<Reply> logs(control::Deployments& deployments, const RouteCall& call) {
  QueryReader query(call.request.query);
  engine::LogQuery wanted;
  wanted.tail = static_cast<int>(query.integer("tail", kTail).value_or(-1));
  wanted.follow = query.flag("follow");
  const bool timestamps = query.flag("timestamps");
  const std::string format_name = query.text("format").value_or("text");
  if (format_name != "text" && format_name != "ndjson") {
    query.add_fault("format", "must be text or ndjson");
  }
  TRY(query.finish());
  const LogFormat format = format_name == "ndjson" ? LogFormat::kNdjson
                           : timestamps            ? LogFormat::kTextWithTimes
                                                   : LogFormat::kText;

  // The head of a stream is sent before its first line: what can be refused is refused before it.
  const std::string id = call.path["id"];
  const std::string replica = call.path["replica"];
  TRY_ASSIGN(const auto replicas, deployments.replicas(call.caller, id));
  const bool known = std::any_of(replicas.begin(), replicas.end(), [&](const auto& candidate) {
    return candidate.observed.key.id() == replica;
  });
  if (!known) {
    return fail(ErrorCode::kNotFound,
                fmt::format("the deployment '{}' has no replica '{}' now; its replicas are listed "
                            "at /api/v1/deployments/{}/replicas",
                            id, replica, id));
  }

  Reply reply;
  reply.content_type =
      format == LogFormat::kNdjson ? "application/x-ndjson" : "text/plain; charset=utf-8";
  reply.stream = [&deployments, caller = call.caller, id, replica, wanted,
                  format](const ByteSink& sink) {
    return deployments.logs(caller, id, replica, wanted, [&](const engine::LogLine* line) {
      return line == nullptr ? sink("") : sink(render(*line, format));
    });
  };
  return reply;
}

}  // namespace

void add_log_routes(RouteTable& table, control::Deployments& deployments) {
  table.add({http::Method::kGet,
             "/api/v1/deployments/{id}/replicas/{replica}/logs",
             "getReplicaLogs",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Log lines of a replica, followed with follow=1",
              .query = "tail:integer follow:boolean timestamps:boolean format:string",
              .response_schema = "LogText",
              .response_type = "text/plain",
              .more_answers = {{200, "LogText", "application/x-ndjson"}}},
             [&deployments](const RouteCall& call) { return logs(deployments, call); }});
}

}  // namespace slipway::api
