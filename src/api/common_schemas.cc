#include "api/common_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "Problem": {"type": "object", "required": ["type", "title", "status", "detail"], "properties": {
    "type": {"type": "string", "examples": ["urn:slipway:problem:invalid"]},
    "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
    "errors": {"type": "array", "items": {"type": "object", "required": ["path", "message"],
      "properties": {"path": {"type": "string"}, "message": {"type": "string"}}}},
    "limits": {"type": "array", "description": "What a refusal of a quota exceeds",
      "items": {"$ref": "#/components/schemas/ExceededLimit"}}}},
  "ExceededLimit": {"type": "object", "properties": {
    "name": {"type": "string"}, "limit": {"type": "integer"}, "used": {"type": "integer"},
    "asked": {"type": "integer"}, "message": {"type": "string"}}},
  "OpenApi": {"type": "object"},
  "HtmlPage": {"type": "string"}, "UiFile": {"type": "string"}
})";

}  // namespace

std::string_view common_schemas() { return kSchemas; }

}  // namespace slipway::api
