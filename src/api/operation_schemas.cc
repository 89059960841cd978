#include "api/operation_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "Health": {"type": "object", "properties": {"status": {"type": "string"}}},
  "Readiness": {"type": "object", "properties": {"ready": {"type": "boolean"},
    "parts": {"type": "object", "additionalProperties": {"type": "string"}}}},
  "Version": {"type": "object", "properties": {"name": {"type": "string"},
    "version": {"type": "string"}}},
  "MetricsText": {"type": "string"},
  "MetricTargets": {"type": "array", "items": {"type": "object", "required": ["targets", "labels"],
    "properties": {"targets": {"type": "array", "items": {"type": "string"}},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}}}}}
})";

}  // namespace

std::string_view operation_schemas() { return kSchemas; }

}  // namespace slipway::api
