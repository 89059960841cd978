#include "api/metrics_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "MetricsTimes": {"type": "object", "properties": {
    "from": {"type": "string", "format": "date-time"},
    "to": {"type": "string", "format": "date-time"},
    "step_s": {"type": "integer"},
    "times": {"type": "array", "items": {"type": "integer"},
      "description": "When each step begins: seconds since 1970"},
    "problem": {"type": ["string", "null"],
      "description": "Why there may be less history than expected"}}},
  "MetricsColumn": {"type": "array", "items": {"type": ["number", "null"]},
    "description": "A value for each step; null: nobody knows, or there was nothing to tell of"},
  "MetricsSeries": {"type": "object", "properties": {
    "name": {"type": "string"}, "unit": {"type": "string"},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "values": {"$ref": "#/components/schemas/MetricsColumn"}}},
  "MetricsHistory": {"allOf": [{"$ref": "#/components/schemas/MetricsTimes"},
    {"type": "object", "required": ["from", "to", "step_s", "times", "series"], "properties": {
      "series": {"type": "array", "items": {"$ref": "#/components/schemas/MetricsSeries"}}}}]},
  "MetricsGlance": {"allOf": [{"$ref": "#/components/schemas/MetricsTimes"},
    {"type": "object", "required": ["from", "to", "step_s", "times", "deployments"],
     "properties": {"deployments": {"type": "array", "items": {"type": "object", "properties": {
       "id": {"type": "string"}, "qps": {"$ref": "#/components/schemas/MetricsColumn"},
       "latency_p95": {"$ref": "#/components/schemas/MetricsColumn"}}}}}}]}
})";

}  // namespace

std::string_view metrics_schemas() { return kSchemas; }

}  // namespace slipway::api
