#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/json.h"
#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/export_stream.h"
#include "cli/table.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

struct UsageOptions {
  std::string month;
  std::string from;
  std::string to;
  std::string group;
  std::vector<std::string> by;
  std::string csv;  // the file to write; "": shown instead
};

std::string query_of(const UsageOptions& options, std::string_view format) {
  std::string query = fmt::format("?format={}", format);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query += fmt::format("&{}={}", name, call::url_encode(value));
  };
  add("from", options.month.empty() ? options.from : options.month);
  add("to", options.month.empty() ? options.to : options.month);
  add("group", options.group);
  for (const std::string& by : options.by) add("by", by);
  return query;
}

struct Column {
  const char* member;
  const char* heading;
};
constexpr Column kColumns[] = {{"month", "MONTH"},
                               {"group", "GROUP"},
                               {"deployment", "DEPLOYMENT"},
                               {"instance_type", "INSTANCE TYPE"},
                               {"client", "CLIENT"},
                               {"replica_hours", "REPLICA HOURS"},
                               {"cpu_core_hours", "CPU HOURS"},
                               {"memory_gib_hours", "GIB HOURS"},
                               {"gpu_hours", "GPU HOURS"},
                               {"requests", "REQUESTS"}};

std::string cell(const Json& item, const char* member) {
  const Json& value = member_of(item, member);
  if (value.is_number_float()) return fmt::format("{:.2f}", value.get<double>());
  if (value.is_number_integer()) return std::to_string(value.get<int64_t>());
  return text_at(item, {member});
}

// The columns that the rows have.
std::string usage_table(const Json& report) {
  const Json& items = member_of(report, "items");
  if (items.empty()) return "nothing was used\n";
  std::vector<std::string> headings;
  std::vector<const char*> members;
  for (const Column& column : kColumns) {
    if (!items[0].contains(column.member)) continue;
    headings.emplace_back(column.heading);
    members.push_back(column.member);
  }
  Table table(headings);
  for (const Json& item : items) {
    std::vector<std::string> row;
    for (const char* member : members) row.push_back(cell(item, member));
    table.add(std::move(row));
  }
  return table.text();
}

// What a row is about, without its numbers.
std::string usage_names(const Json& report) {
  std::string out;
  for (const Json& item : member_of(report, "items")) {
    std::string line;
    for (const char* member : {"month", "group", "deployment", "instance_type", "client"}) {
      if (item.contains(member)) line += (line.empty() ? "" : " ") + text_at(item, {member});
    }
    out += line + "\n";
  }
  return out;
}

Result<void> usage(const Session& session, const ApiClient& client, const UsageOptions& options) {
  const std::string path = "/api/v1/usage";
  if (!options.csv.empty()) {
    return export_stream(client, session.outside, path + query_of(options, "csv"), options.csv,
                         "the usage");
  }
  TRY_ASSIGN(const ApiReply reply, client.get(path + query_of(options, "json")));
  session.show(
      reply.body, [&](bool) { return usage_table(reply.body); },
      [&] { return usage_names(reply.body); });
  return {};
}

}  // namespace

void add_usage_command(CLI::App& app, Session& session) {
  const auto options = std::make_shared<UsageOptions>();
  auto* command = add_verb(
      app, session, "usage",
      "Show how long replicas ran and how much clients asked, by month, group, deployment, ...",
      "slipway usage --month 2026-11 --by group\n"
      "slipway usage --from 2026-01 --to 2026-12 --csv usage.csv\n"
      "slipway usage --by client",
      [&session, options](const ApiClient& client) { return usage(session, client, *options); });
  auto* month = command->add_option("--month", options->month, "One month of UTC (default: this)")
                    ->type_name("YYYY-MM");
  command->add_option("--from", options->from, "First month")
      ->type_name("YYYY-MM")
      ->excludes(month);
  command->add_option("--to", options->to, "Last month; it counts, too")
      ->type_name("YYYY-MM")
      ->excludes(month);
  command->add_option("--group", options->group, "Only this group");
  command
      ->add_option("--by", options->by,
                   "What to sum by: month, group, deployment, instance_type (may be repeated); or "
                   "client, for requests")
      ->delimiter(',')
      ->check(CLI::IsMember({"month", "group", "deployment", "instance_type", "client"}));
  command->add_option("--csv", options->csv, "Into this file, - for stdout, for spreadsheets");
}

}  // namespace slipway::cli
