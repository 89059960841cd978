#include "api/client_schemas.h"

namespace slipway::api {
namespace {

// Written by hand next to client_routes.cc; client_routes_test.cc compares the members.
constexpr std::string_view kSchemas = R"({
  "Client": {"type": "object", "properties": {
    "name": {"type": "string"},
    "created_by": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"},
    "expires_at": {"type": ["string", "null"], "format": "date-time"},
    "requests_per_minute": {"type": ["integer", "null"],
      "description": "At each gateway, evenly, in bursts of at most ten seconds' worth"},
    "last_used_at": {"type": ["string", "null"], "format": "date-time"},
    "requests": {"type": "integer", "description": "Admitted ones, a few seconds behind"},
    "previous_token_until": {"type": ["string", "null"], "format": "date-time",
      "description": "So long the token before the last rotation holds"}}},
  "NewClient": {"type": "object", "required": ["name"], "additionalProperties": false,
    "examples": [{"name": "web-shop"}, {"name": "web-shop",
      "expires_at": "2099-12-31T12:00:00Z", "requests_per_minute": 600}],
    "properties": {
      "name": {"type": "string", "pattern": "^[a-z_][a-z0-9_-]*$", "maxLength": 64},
      "expires_at": {"type": ["string", "null"], "format": "date-time"},
      "requests_per_minute": {"type": ["integer", "null"], "minimum": 1, "maximum": 1000000}}},
  "ClientPatch": {"type": "object", "additionalProperties": false,
    "examples": [{"requests_per_minute": 120}, {"expires_at": "2099-12-31T12:00:00Z"},
      {"expires_at": null, "requests_per_minute": null}], "properties": {
    "expires_at": {"type": ["string", "null"], "format": "date-time"},
    "requests_per_minute": {"type": ["integer", "null"], "minimum": 1, "maximum": 1000000}}},
  "ClientRotation": {"type": "object", "additionalProperties": false,
    "examples": [{"overlap_seconds": 60}, {}], "properties": {
    "overlap_seconds": {"type": "integer", "minimum": 0, "maximum": 604800, "default": 0,
      "description": "So long the old token goes on holding"}}},
  "IssuedClient": {"allOf": [{"$ref": "#/components/schemas/Client"}, {"type": "object",
    "properties": {"token": {"type": "string",
      "description": "The token, shown this once"}}}]}
})";

}  // namespace

std::string_view client_schemas() { return kSchemas; }

}  // namespace slipway::api
