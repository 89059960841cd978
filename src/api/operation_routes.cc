#include "api/operation_routes.h"

#include <memory>
#include <string>
#include <utility>

#include "api/json_reply.h"
#include "api/operation_schemas.h"
#include "api/origin.h"
#include "base/json.h"

namespace slipway::api {
namespace {

Reply readiness(const std::vector<ReadinessCheck>& checks) {
  bool ready = true;
  Json parts = Json::object();
  for (const ReadinessCheck& part : checks) {
    const Result<void> answer = part.check();
    parts[part.part] = answer ? Json("ok") : Json(answer.error().message);
    ready = ready && answer.has_value();
  }
  return json_reply(ready ? 200 : 503, {{"ready", ready}, {"parts", parts}});
}

// As Prometheus' http_sd wants it: groups of targets with labels. Source: Prometheus, "HTTP SD".
Json targets_of(const OperationParts& parts) {
  Json gateways = Json::array();
  if (parts.gateway_metrics) {
    for (std::string& address : parts.gateway_metrics()) gateways.push_back(std::move(address));
  }
  return Json::array(
      {{{"targets", Json::array({authority_of(parts.public_url)})},
        {"labels",
         {{"__meta_slipway_component", "control"},
          {"__scheme__", is_https(parts.public_url) ? "https" : "http"}}}},
       {{"targets", gateways}, {"labels", {{"__meta_slipway_component", "gateway"}}}}});
}

}  // namespace

void add_operation_routes(RouteTable& table, OperationParts given) {
  table.add_schemas(operation_schemas());
  const auto parts = std::make_shared<const OperationParts>(std::move(given));
  using http::Method;
  table.add(
      {Method::kGet,
       "/healthz",
       "getHealth",
       Access::kAnyone,
       {.tag = "operations", .summary = "Does this process answer?", .response_schema = "Health"},
       [](const RouteCall&) -> Result<Reply> {
         return json_reply(200, {{"status", "ok"}});
       }});
  table.add({Method::kGet,
             "/readyz",
             "getReadiness",
             Access::kAnyone,
             {.tag = "operations",
              .summary = "Does every part that is needed answer? 503 when one does not",
              .response_schema = "Readiness",
              .more_answers = {{503, "Readiness"}}},
             [parts](const RouteCall&) -> Result<Reply> { return readiness(parts->readiness); }});
  table.add(
      {Method::kGet,
       "/version",
       "getVersion",
       Access::kAnyone,
       {.tag = "operations", .summary = "The version that runs", .response_schema = "Version"},
       [parts](const RouteCall&) -> Result<Reply> {
         return json_reply(200, {{"name", "slipway"}, {"version", parts->version}});
       }});
  table.add({Method::kGet,
             "/metrics",
             "getMetrics",
             Access::kSignedIn,
             {.tag = "operations",
              .summary = "Metrics in Prometheus' text format",
              .response_schema = "MetricsText",
              .response_type = "text/plain"},
             [parts](const RouteCall&) -> Result<Reply> {
               Reply reply;
               reply.content_type = telemetry::kTextContentType;
               reply.body = telemetry::scrape(parts->metrics);
               return reply;
             }});
  table.add(
      {Method::kGet,
       "/api/v1/metrics/targets",
       "listMetricTargets",
       Access::kSignedIn,
       {.tag = "operations",
        .summary = "Where metrics are, as Prometheus' http_sd reads it",
        .response_schema = "MetricTargets"},
       [parts](const RouteCall&) -> Result<Reply> { return json_reply(200, targets_of(*parts)); }});
}

}  // namespace slipway::api
