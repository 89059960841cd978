#include "api/metrics_routes.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "api/json_reply.h"
#include "api/metrics_schemas.h"
#include "api/query_reader.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr std::chrono::hours kUsualTime{1};

int64_t to_millis(FineTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

Json time_of(int64_t unix_ms) {
  return Json(format_rfc3339(Timestamp(std::chrono::milliseconds(unix_ms))));
}

Json column(const std::vector<std::optional<double>>& values) {
  Json out = Json::array();
  for (const std::optional<double>& value : values) {
    out.push_back(value ? Json(*value) : Json(nullptr));
  }
  return out;
}

// What both answers begin with.
Json head_of(int64_t from_ms, int64_t step_ms, size_t count, const std::string& problem) {
  Json times = Json::array();
  for (size_t i = 0; i < count; ++i) {
    times.push_back((from_ms + static_cast<int64_t>(i) * step_ms) / 1000);
  }
  return {{"from", time_of(from_ms)},
          {"to", time_of(from_ms + static_cast<int64_t>(count) * step_ms)},
          {"step_s", step_ms / 1000},
          {"times", std::move(times)},
          {"problem", problem.empty() ? Json(nullptr) : Json(problem)}};
}

Result<control::MetricsQuestion> read_question(std::string_view text) {
  QueryReader query(text);
  const FineTime now = std::chrono::system_clock::now();
  control::MetricsQuestion question;
  const FineTime to = query.moment("to", now).value_or(now);
  question.to_ms = to_millis(to);
  question.from_ms = to_millis(query.moment("from", now).value_or(std::min(to, now) - kUsualTime));
  if (const auto step = query.integer("step", {10, 86'400})) question.step_ms = *step * 1000;
  if (const auto by = query.text("by")) {
    const auto known = control::parse_metrics_by(*by);
    if (!known) query.add_fault("by", "must be none, image, version, client or replica");
    question.by = known.value_or(control::MetricsBy::kNone);
  }
  if (const auto names = query.text("series")) {
    for (size_t begin = 0; begin < names->size();) {
      const size_t end = std::min(names->find(',', begin), names->size());
      question.names.push_back(names->substr(begin, end - begin));
      begin = end + 1;
    }
  }
  TRY(query.finish());
  return question;
}

Result<Reply> of_deployment(control::Metrics& metrics, const RouteCall& call) {
  TRY_ASSIGN(const control::MetricsQuestion question, read_question(call.request.query));
  TRY_ASSIGN(const control::MetricsAnswer answer,
             metrics.of_deployment(call.caller, call.path["id"], question));
  Json out = head_of(answer.from_ms, answer.step_ms, answer.count, answer.problem);
  Json series = Json::array();
  for (const control::MetricSeries& one : answer.series) {
    Json labels = Json::object();
    for (const auto& [name, value] : one.labels) labels[name] = value;
    series.push_back({{"name", one.name},
                      {"unit", one.unit},
                      {"labels", std::move(labels)},
                      {"values", column(one.values)}});
  }
  out["series"] = std::move(series);
  return json_reply(200, out);
}

Result<Reply> glance(control::Metrics& metrics, const RouteCall& call) {
  QueryReader query(call.request.query);
  const std::vector<std::string> ids = query.texts("id");
  TRY(query.finish());
  TRY_ASSIGN(const control::MetricsGlance glance,
             metrics.glance(call.caller, {ids.begin(), ids.end()}));
  Json out = head_of(glance.from_ms, glance.step_ms, glance.count, glance.problem);
  Json rows = Json::array();
  for (const control::MetricsGlance::Row& row : glance.rows) {
    rows.push_back(
        {{"id", row.id}, {"qps", column(row.qps)}, {"latency_p95", column(row.latency_p95)}});
  }
  out["deployments"] = std::move(rows);
  return json_reply(200, out);
}

}  // namespace

void add_metrics_routes(RouteTable& table, control::Metrics& metrics) {
  table.add_schemas(metrics_schemas());
  table.add({http::Method::kGet,
             "/api/v1/deployments/{id}/metrics",
             "getDeploymentMetrics",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Rates, latencies, rewards and resources over time",
              .query = "from:string to:string step:integer by:string series:string",
              .response_schema = "MetricsHistory"},
             [&metrics](const RouteCall& call) { return of_deployment(metrics, call); }});
  table.add({http::Method::kGet,
             "/api/v1/metrics/deployments",
             "listDeploymentMetrics",
             Access::kSignedIn,
             {.tag = "deployments",
              .summary = "The last hour of every deployment that one sees, at a glance",
              .query = "id:string[]",
              .response_schema = "MetricsGlance"},
             [&metrics](const RouteCall& call) { return glance(metrics, call); }});
}

}  // namespace slipway::api
