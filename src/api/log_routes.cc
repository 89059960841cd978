#include "api/log_routes.h"

#include <fmt/format.h>

#include <chrono>

#include "api/lasting_caller.h"
#include "api/log_query.h"

namespace slipway::api {
namespace {

// So long a follower whose right has ended still gets lines, at most.
constexpr std::chrono::seconds kCheckPace{1};

std::string_view content_type(LogFormat format) {
  switch (format) {
    case LogFormat::kNdjson:
      return "application/x-ndjson";
    case LogFormat::kGzip:
      return "application/gzip";
    case LogFormat::kText:
      break;
  }
  return "text/plain; charset=utf-8";
}

// `replica` "": all of them.
Result<Reply> logs(control::Deployments& deployments, const RouteCall& call,
                   const std::string& replica) {
  const FineTime now = std::chrono::system_clock::now();
  TRY_ASSIGN(LogQuestion question,
             read_log_query(call.request.query, replica == control::kDeploymentLog, now));
  question.style.replica_names = replica.empty();

  // The head of a stream is sent before its first line: what can be refused is refused before it.
  TRY_ASSIGN(control::LogPlace place, deployments.find_logs(call.caller, call.path["id"], replica));

  Reply reply;
  reply.content_type = content_type(question.style.format);
  if (question.download) {
    const std::string name =
        log_file_name(replica.empty() ? call.path["id"] : replica, question.style.format, now);
    reply.fields.emplace_back("Content-Disposition",
                              fmt::format("attachment; filename=\"{}\"", name));
  }
  if (place.paused) reply.fields.emplace_back("Slipway-Logs-Paused", "disk");
  // Nothing on the way shall gather what is followed.
  reply.fields.emplace_back("Cache-Control", "no-store");
  reply.stream = [&deployments, place = std::move(place), question = std::move(question),
                  first_caller = LastingCaller(call)](const ByteSink& sink) -> Result<void> {
    LogLines lines(question.style, sink);
    LastingCaller caller = first_caller;
    auto next_check = std::chrono::steady_clock::now() + kCheckPace;
    Result<void> allowed;
    bool wanted = true;
    TRY(deployments.read_logs(
        place, question.request, [&](const std::string& from, const logs::NumberedLine* line) {
          if (line != nullptr) return wanted = lines.add(from, *line);
          if (const auto here = std::chrono::steady_clock::now(); here >= next_check) {
            next_check = here + kCheckPace;
            allowed = caller.check();
          }
          return wanted = allowed.has_value() && lines.flush();
        }));
    TRY(allowed);
    if (wanted) lines.finish();
    return {};
  };
  return reply;
}

}  // namespace

void add_log_routes(RouteTable& table, control::Deployments& deployments) {
  table.add({http::Method::kGet,
             "/api/v1/deployments/{id}/logs",
             "getDeploymentLogs",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Stored log lines of all replicas by time, also of those that are gone",
              .query = kLogParameters,
              .response_schema = "LogText",
              .response_type = "text/plain",
              .more_answers = {{200, "LogLine", "application/x-ndjson"},
                               {200, "LogText", "application/gzip"}}},
             [&deployments](const RouteCall& call) { return logs(deployments, call, ""); }});
  table.add({http::Method::kGet,
             "/api/v1/deployments/{id}/replicas/{replica}/logs",
             "getReplicaLogs",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Stored log lines of a replica, followed with follow=1",
              .query = kLogParameters,
              .response_schema = "LogText",
              .response_type = "text/plain",
              .more_answers = {{200, "LogLine", "application/x-ndjson"},
                               {200, "LogText", "application/gzip"}}},
             [&deployments](const RouteCall& call) {
               return logs(deployments, call, call.path["replica"]);
             }});
}

}  // namespace slipway::api
