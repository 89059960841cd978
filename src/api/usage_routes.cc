#include "api/usage_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "api/csv.h"
#include "api/json_reply.h"
#include "api/query_reader.h"
#include "api/usage_schemas.h"
#include "base/json.h"

namespace slipway::api {
namespace {

using control::UsageFilter;

// Hours in millionths: 3.6 milliseconds.
constexpr double kParts = 1e6;

struct Wanted {
  UsageFilter filter = {};
  domain::UsageDimensions by = {};
  std::vector<std::string> by_words = {};
  bool by_client = false;
  bool csv = false;
};

std::optional<domain::Month> read_month(QueryReader& query, std::string_view name) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  const auto month = domain::parse_month(*text);
  if (!month) query.add_fault(name, "must be a month like 2026-11");
  return month;
}

void read_by(QueryReader& query, Wanted& wanted) {
  const std::vector<std::string> words = query.texts("by");
  if (words.empty()) {
    wanted.by_words = {"month", "group", "deployment", "instance_type"};
    return;
  }
  wanted.by = {.month = false, .group = false, .deployment = false, .instance_type = false};
  for (const std::string& word : words) {
    if (word == "month") {
      wanted.by.month = true;
    } else if (word == "group") {
      wanted.by.group = true;
    } else if (word == "deployment") {
      wanted.by.deployment = true;
    } else if (word == "instance_type") {
      wanted.by.instance_type = true;
    } else if (word == "client") {
      wanted.by_client = true;
    } else {
      query.add_fault("by", "must be month, group, deployment, instance_type or client");
      return;
    }
  }
  if (wanted.by_client && words.size() > 1) query.add_fault("by", "client stands alone");
  wanted.by_words = words;
}

Result<Wanted> read_wanted(const RouteCall& call) {
  QueryReader query(call.request.query);
  Wanted wanted;
  wanted.filter.first = read_month(query, "from");
  wanted.filter.last = read_month(query, "to");
  wanted.filter.group = query.text("group").value_or("");
  read_by(query, wanted);
  const std::string format = query.text("format").value_or("json");
  if (format != "json" && format != "csv") query.add_fault("format", "must be json or csv");
  wanted.csv = format == "csv";
  TRY(query.finish());
  return wanted;
}

double rounded(double hours) { return std::round(hours * kParts) / kParts; }

// Rows of named cells, which both forms are made of.
struct Cell {
  const char* name;
  Json value;
};
using Cells = std::vector<Cell>;

Cells cells_of(const domain::UsageRow& row, const domain::UsageDimensions& by) {
  Cells cells;
  if (row.month) cells.push_back({"month", domain::format_month(*row.month)});
  if (by.group || by.deployment) cells.push_back({"group", row.group});
  if (by.deployment) {
    cells.push_back({"deployment", row.deployment_id});
    cells.push_back({"deployment_name", row.deployment_name});
  }
  if (by.instance_type) cells.push_back({"instance_type", row.instance_type});
  cells.push_back({"replica_hours", rounded(row.hours.replica)});
  cells.push_back({"cpu_core_hours", rounded(row.hours.cpu_core)});
  cells.push_back({"memory_gib_hours", rounded(row.hours.memory_gib)});
  cells.push_back({"gpu_hours", rounded(row.hours.gpu)});
  return cells;
}

Cells cells_of(const domain::ClientRequests& row) {
  return {{"month", domain::format_month(row.month)},
          {"group", row.group},
          {"deployment", row.deployment_id},
          {"client", row.client},
          {"requests", row.requests}};
}

std::string csv_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? fmt::format("{:.6f}", value.get<double>()) : dump_json(value);
}

Reply csv_reply(const Cells& heads, const std::vector<Cells>& rows, domain::Month first,
                domain::Month last) {
  std::vector<std::string> line;
  for (const Cell& head : heads) line.emplace_back(head.name);
  Reply reply;
  reply.content_type = "text/csv; charset=utf-8; header=present";
  reply.fields.emplace_back("Content-Disposition",
                            fmt::format("attachment; filename=\"usage-{}-{}.csv\"",
                                        domain::format_month(first), domain::format_month(last)));
  reply.body = csv_line(line);
  for (const Cells& cells : rows) {
    line.clear();
    for (const Cell& cell : cells) line.push_back(csv_text(cell.value));
    reply.body += csv_line(line);
  }
  return reply;
}

Reply report_reply(const Wanted& wanted, domain::Month first, domain::Month last,
                   const std::optional<Timestamp>& counted_until, const Cells& heads,
                   const std::vector<Cells>& rows) {
  if (wanted.csv) return csv_reply(heads, rows, first, last);
  Json items = Json::array();
  for (const Cells& cells : rows) {
    Json item = Json::object();
    for (const Cell& cell : cells) item[cell.name] = cell.value;
    items.push_back(std::move(item));
  }
  return json_reply(200, {{"from", domain::format_month(first)},
                          {"to", domain::format_month(last)},
                          {"counted_until", time_json(counted_until)},
                          {"by", wanted.by_words},
                          {"items", std::move(items)}});
}

Result<Reply> show(control::UsageReport& usage, const RouteCall& call) {
  TRY_ASSIGN(const Wanted wanted, read_wanted(call));
  std::vector<Cells> rows;
  if (wanted.by_client) {
    TRY_ASSIGN(const auto report, usage.requests(call.caller, wanted.filter));
    for (const auto& row : report.rows) rows.push_back(cells_of(row));
    return report_reply(wanted, report.first, report.last, std::nullopt,
                        cells_of(domain::ClientRequests{}), rows);
  }
  TRY_ASSIGN(const auto report, usage.hours(call.caller, wanted.filter, wanted.by));
  for (const auto& row : report.rows) rows.push_back(cells_of(row, wanted.by));
  domain::UsageRow head;
  if (wanted.by.month) head.month = report.first;
  return report_reply(wanted, report.first, report.last, report.counted_until,
                      cells_of(head, wanted.by), rows);
}

}  // namespace

void add_usage_routes(RouteTable& table, control::UsageReport& usage) {
  table.add_schemas(usage_schemas());
  table.add({http::Method::kGet,
             "/api/v1/usage",
             "getUsage",
             Access::kSignedIn,
             {.tag = "usage",
              .summary = "Hours of replicas, CPU, memory and GPU by month, or requests with "
                         "by=client, of the caller's groups; format=csv as a file",
              .query = "from:string to:string group:string by:string[] format:string",
              .response_schema = "Usage",
              .more_answers = {{200, "UsageTable", "text/csv"}}},
             [&usage](const RouteCall& call) { return show(usage, call); }});
}

}  // namespace slipway::api
