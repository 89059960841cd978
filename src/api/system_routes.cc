#include "api/system_routes.h"

#include <utility>

#include "api/json_reply.h"
#include "api/system_schemas.h"
#include "base/json.h"

namespace slipway::api {
namespace {

using control::SystemReport;

double seconds_of(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json problem_json(const std::string& problem) { return problem.empty() ? Json() : Json(problem); }

Json engine_json(const SystemReport::Engine& engine) {
  return {{"name", engine.name},
          {"version", engine.version},
          {"isolates", engine.isolates},
          {"cpu_millis", or_null(engine.cpu_millis)},
          {"memory_bytes", or_null(engine.memory_bytes)},
          {"problem", problem_json(engine.problem)}};
}

Json certificates_json(const std::vector<snapshot::ServedCertificate>& served) {
  Json certificates = Json::array();
  for (const snapshot::ServedCertificate& certificate : served) {
    certificates.push_back(
        {{"name", certificate.name},
         {"ends_at", time_json(Timestamp{std::chrono::seconds(certificate.ends_at)})}});
  }
  return certificates;
}

Json gateways_json(const SystemReport& report) {
  Json gateways = Json::array();
  for (const SystemReport::Gateway& gateway : report.gateways) {
    gateways.push_back(
        {{"id", gateway.id},
         {"snapshot_version", gateway.adopted_version},
         {"current", gateway.adopted_version == report.snapshot_version},
         {"seen_s", seconds_of(gateway.age)},
         {"metrics_at", gateway.metrics_at.empty() ? Json() : Json(gateway.metrics_at)},
         {"certificates", certificates_json(gateway.certificates)}});
  }
  return gateways;
}

Json system_json(const SystemReport& report, const std::string& version) {
  return {{"version", version},
          {"started_at", time_json(report.started_at)},
          {"uptime_s", seconds_of(report.uptime)},
          {"engine", engine_json(report.engine)},
          {"snapshot",
           {{"version", report.snapshot_version},
            {"published_at", time_json(report.snapshot_published_at)}}},
          {"gateways", gateways_json(report)},
          {"database",
           {{"bytes", report.database.bytes},
            {"history_bytes", report.database.history_bytes},
            {"problem", problem_json(report.database.problem)}}},
          {"disk",
           {{"state_dir", report.disk.state_dir.string()},
            {"free_bytes", or_null(report.disk.free_bytes)},
            {"size_bytes", or_null(report.disk.size_bytes)},
            {"logs_bytes", report.disk.logs_bytes},
            {"logs_paused", report.disk.logs_paused}}}};
}

}  // namespace

void add_system_routes(RouteTable& table, control::System& system, std::string version) {
  table.add_schemas(system_schemas());
  table.add({http::Method::kGet,
             "/api/v1/system",
             "getSystem",
             Access::kPlatformAdmin,
             {.tag = "operations",
              .summary = "How the installation is: engine, gateways and their snapshots, disk, "
                         "database. A part that does not answer says so in its problem",
              .response_schema = "System"},
             [&system, version = std::move(version)](const RouteCall& call) -> Result<Reply> {
               TRY_ASSIGN(const SystemReport report, system.report(call.caller));
               return json_reply(200, system_json(report, version));
             }});
}

}  // namespace slipway::api
