#include "api/catalog_schemas.h"

namespace slipway::api {
namespace {

// Written by hand next to deployment_dto.cc; openapi_test.cc compares the members.
constexpr std::string_view kSchemas = R"({
  "InstanceType": {"type": "object", "properties": {"name": {"type": "string"},
    "display_name": {"type": "string"}, "description": {"type": "string"},
    "cpu_millis": {"type": "integer"}, "memory_bytes": {"type": "integer"},
    "gpus": {"type": "integer"}}},
  "Group": {"type": "object", "properties": {"name": {"type": "string"},
    "display_name": {"type": "string"}}}
})";

}  // namespace

std::string_view catalog_schemas() { return kSchemas; }

}  // namespace slipway::api
