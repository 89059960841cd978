#include "api/openapi.h"

#include <algorithm>
#include <cctype>

#include "api/access_table.h"
#include "api/answer_once.h"
#include "api/problem.h"
#include "base/json.h"
#include "base/text.h"

namespace slipway::api {
namespace {

Json reference(std::string_view schema) {
  return {{"$ref", "#/components/schemas/" + std::string(schema)}};
}

Json response_schema(std::string_view name) {
  constexpr std::string_view kPage = "Page:";
  if (name.substr(0, kPage.size()) != kPage) return reference(name);
  return {{"type", "object"},
          {"properties",
           {{"items", {{"type", "array"}, {"items", reference(name.substr(kPage.size()))}}},
            {"next_cursor", {{"type", {"string", "null"}}}}}}};
}

Json parameter(std::string_view name, std::string_view in, Json schema, bool required) {
  return {{"name", name}, {"in", in}, {"required", required}, {"schema", std::move(schema)}};
}

// "{id}" and "{replica}" of the pattern, then the query of "name:type name:type[]".
Json parameters_of(const Route& route) {
  const RouteText& text = route.text;
  Json out = Json::array();
  for (size_t at = route.pattern.find('{'); at != std::string::npos;
       at = route.pattern.find('{', at + 1)) {
    const size_t end = route.pattern.find('}', at);
    out.push_back(
        parameter(route.pattern.substr(at + 1, end - at - 1), "path", {{"type", "string"}}, true));
  }
  std::string_view rest = text.query;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    const size_t colon = word.find(':');
    std::string_view type = word.substr(colon + 1);
    const bool required = type.ends_with('!');
    if (required) type.remove_suffix(1);
    const bool repeated = type.size() > 2 && type.substr(type.size() - 2) == "[]";
    if (repeated) type.remove_suffix(2);
    Json schema = {{"type", type}};
    if (repeated) schema = {{"type", "array"}, {"items", schema}};
    out.push_back(parameter(word.substr(0, colon), "query", std::move(schema), required));
  }
  if (text.takes_if_match) {
    out.push_back(parameter("If-Match", "header", {{"type", "string"}}, false));
  }
  if (takes_idempotency_key(route)) {
    out.push_back(parameter("Idempotency-Key", "header", {{"type", "string"}}, false));
  }
  return out;
}

constexpr std::string_view description_of(int status) {
  switch (status) {
    case 202:
      return "Accepted";
    case 302:
      return "Elsewhere";
    case 503:
      return "Not now";
    default:
      return "Done";
  }
}

void add_answer(Json& responses, const RouteAnswer& answer) {
  Json& response = responses[std::to_string(answer.status)];
  response["description"] = description_of(answer.status);
  if (answer.schema.empty()) return;
  response["content"][std::string(answer.type)] = {{"schema", response_schema(answer.schema)}};
}

Json responses_of(const Route& route) {
  const RouteText& text = route.text;
  const Json problem = {{"$ref", "#/components/responses/Problem"}};
  Json out = {{"default", problem}};
  for (const int status : refusals_of(route)) out[std::to_string(status)] = problem;
  add_answer(out, {text.status, text.response_schema, text.response_type});
  for (const RouteAnswer& answer : text.more_answers) add_answer(out, answer);
  return out;
}

Json operation_of(const Route& route) {
  const RouteText& text = route.text;
  Json out;
  out["operationId"] = route.operation;
  out["summary"] = text.summary;
  out["tags"] = Json::array({text.tag});
  out["x-slipway-access"] = to_string(route.access);
  if (Json parameters = parameters_of(route); !parameters.empty()) {
    out["parameters"] = std::move(parameters);
  }
  if (!text.request_schema.empty()) {
    out["requestBody"] = {
        {"required", true},
        {"content", {{"application/json", {{"schema", reference(text.request_schema)}}}}}};
  }
  out["responses"] = responses_of(route);
  if (route.access == Access::kAnyone) out["security"] = Json::array();
  return out;
}

}  // namespace

std::string openapi_document(const RouteTable& table, std::string_view version) {
  Json document;
  document["openapi"] = "3.1.0";
  document["info"] = {{"title", "Slipway"},
                      {"version", version},
                      {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  document["security"] = Json::array({{{"token", Json::array()}}});
  Json& paths = document["paths"] = Json::object();
  for (const Route& route : table.routes()) {
    if (route.access == Access::kInternal) continue;
    paths[route.pattern][lower_ascii(http::to_string(route.method))] = operation_of(route);
  }
  document["components"]["securitySchemes"]["token"] = {{"type", "http"}, {"scheme", "bearer"}};
  document["components"]["responses"]["Problem"] = {
      {"description", "A problem (RFC 9457)"},
      {"content", {{std::string(kProblemContentType), {{"schema", reference("Problem")}}}}}};
  Json& schemas = document["components"]["schemas"] = Json::object();
  for (const std::string_view some : table.schemas()) {
    schemas.update(parse_json(some).value_or(Json::object()));
  }
  return dump_json(document) + "\n";
}

}  // namespace slipway::api
