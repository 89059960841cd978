#include "api/usage_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "Usage": {"type": "object", "properties": {
    "from": {"type": "string", "description": "First month, in UTC"},
    "to": {"type": "string", "description": "Last month; it counts, too"},
    "counted_until": {"type": ["string", "null"], "format": "date-time",
      "description": "What still runs is counted up to here; null: by=client"},
    "by": {"type": "array", "items": {"type": "string"}},
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/UsageRow"}}},
    "examples": [{"from": "2026-11", "to": "2026-11",
      "counted_until": "2026-11-22T12:00:00.000000Z", "by": ["month", "group"],
      "items": [{"month": "2026-11", "group": "vision", "replica_hours": 12.5,
        "cpu_core_hours": 25.0, "memory_gib_hours": 50.0, "gpu_hours": 0.0}]}]},
  "UsageRow": {"type": "object",
    "description": "Has the members that 'by' asks for, and hours or requests",
    "properties": {"month": {"type": "string", "examples": ["2026-11"]},
    "group": {"type": "string"}, "deployment": {"type": "string"},
    "deployment_name": {"type": "string"},
    "instance_type": {"type": "string",
      "description": "As it was called when the replica began; sizes are those of then, too"},
    "client": {"type": "string"},
    "replica_hours": {"type": "number"}, "cpu_core_hours": {"type": "number"},
    "memory_gib_hours": {"type": "number"}, "gpu_hours": {"type": "number"},
    "requests": {"type": "integer", "description": "by=client: of private endpoints"}}},
  "UsageTable": {"type": "string",
    "description": "RFC 4180 with a header line; a cell that begins like a formula has a ' before"}
})";

}  // namespace

std::string_view usage_schemas() { return kSchemas; }

}  // namespace slipway::api
