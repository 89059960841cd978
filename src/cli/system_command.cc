#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/json.h"
#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

std::string seconds_text(const Json& seconds) {
  if (!seconds.is_number()) return "-";
  return format_duration(
      std::chrono::milliseconds(static_cast<int64_t>(seconds.get<double>() * 1000)));
}

std::string or_problem(const std::string& text, const Json& part) {
  const std::string problem = text_at(part, {"problem"});
  return problem.empty() ? text : fmt::format("{}; {}", text, problem);
}

std::string engine_text(const Json& engine) {
  const std::string name = text_at(engine, {"name"});
  const std::string version = text_at(engine, {"version"});
  std::string text = version.empty() || version.starts_with(name)
                         ? (version.empty() ? name : version)
                         : fmt::format("{} ({})", name, version);
  if (member_of(engine, "cpu_millis").is_number()) {
    text += fmt::format(", {} CPU, {}", format_cores(number_at(engine, "cpu_millis")),
                        format_size(number_at(engine, "memory_bytes")));
  }
  return or_problem(text, engine);
}

std::string disk_text(const Json& disk) {
  std::string text = member_of(disk, "free_bytes").is_number()
                         ? fmt::format("{} free of {}", format_size(number_at(disk, "free_bytes")),
                                       format_size(number_at(disk, "size_bytes")))
                         : "unknown";
  text += fmt::format("; logs {}", format_size(number_at(disk, "logs_bytes")));
  if (member_of(disk, "logs_paused") == true) text += ", paused for want of room";
  return text;
}

std::string certificates_text(const Json& gateways) {
  Table table({"CERTIFICATE", "ENDS", "GATEWAY"});
  bool any = false;
  for (const Json& gateway : gateways) {
    for (const Json& certificate : member_of(gateway, "certificates")) {
      table.add({text_at(certificate, {"name"}), text_at(certificate, {"ends_at"}),
                 text_at(gateway, {"id"})});
      any = true;
    }
  }
  return any ? "\n" + table.text() : std::string();
}

std::string system_text(const Json& system) {
  const Json& database = member_of(system, "database");
  const Json& disk = member_of(system, "disk");
  std::string out;
  add_line(out, "Version", text_at(system, {"version"}));
  add_line(out, "Uptime", seconds_text(member_of(system, "uptime_s")));
  add_line(out, "Engine", engine_text(member_of(system, "engine")));
  add_line(
      out, "Database",
      or_problem(fmt::format("{}; history of metrics {}", format_size(number_at(database, "bytes")),
                             format_size(number_at(database, "history_bytes"))),
                 database));
  add_line(out, "State directory", text_at(disk, {"state_dir"}));
  add_line(out, "Disk", disk_text(disk));
  const Json& snapshot = member_of(system, "snapshot");
  add_line(out, "Snapshot", std::to_string(number_at(snapshot, "version")));
  const Json& gateways = member_of(system, "gateways");
  if (!gateways.is_array() || gateways.empty()) return out + "\nno gateway asked lately\n";
  Table table({"GATEWAY", "SNAPSHOT", "ASKED", "METRICS"});
  for (const Json& gateway : gateways) {
    table.add({text_at(gateway, {"id"}), std::to_string(number_at(gateway, "snapshot_version")),
               seconds_text(member_of(gateway, "seen_s")) + " ago",
               text_at(gateway, {"metrics_at"})});
  }
  return out + "\n" + table.text() + certificates_text(gateways);
}

Result<void> show(const Session& session, const ApiClient& client) {
  TRY_ASSIGN(const ApiReply reply, client.get("/api/v1/system"));
  session.show(
      reply.body, [&](bool) { return system_text(reply.body); },
      [&] { return names_of(member_of(reply.body, "gateways"), "id"); });
  return {};
}

}  // namespace

void add_system_command(CLI::App& app, Session& session) {
  add_verb(app, session, "system",
           "Show how the installation is: engine, gateways, disk, database (for platform admins)",
           "slipway system\nslipway system -o json",
           [&session](const ApiClient& client) { return show(session, client); });
}

}  // namespace slipway::cli
