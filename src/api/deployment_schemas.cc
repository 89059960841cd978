#include "api/deployment_schemas.h"

namespace slipway::api {
namespace {

// Written by hand next to deployment_dto.cc; openapi_test.cc compares the members.
constexpr std::string_view kSchemas = R"({
  "Writable": {"type": "object", "properties": {
    "image": {"type": "string"},
    "instance_type": {"type": "string", "description": "Default: the group's"},
    "replicas": {"type": "integer", "minimum": 1, "maximum": 100, "default": 1},
    "environment": {"type": "array", "items": {"type": "object", "required": ["name", "value"],
      "additionalProperties": false,
      "properties": {"name": {"type": "string"}, "value": {"type": "string"}}}},
    "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
    "description": {"type": "string"},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 9000},
    "health_path": {"type": ["string", "null"]},
    "progress_deadline_seconds": {"type": "integer", "default": 900},
    "request_timeout_ms": {"type": "integer", "default": 60000},
    "body_limit_bytes": {"type": "integer", "default": 67108864},
    "drain_seconds": {"type": "integer", "default": 30},
    "pull_secret": {"type": ["string", "null"],
      "description": "Name of a pull secret of the group or of all groups"},
    "access": {"enum": ["public", "private"], "default": "public",
      "description": "private: only clients with a token may predict"},
    "message": {"type": "string", "description": "Why: stands in the history"}}},
  "NewDeployment": {"allOf": [{"$ref": "#/components/schemas/Writable"}, {"type": "object",
    "required": ["name", "image"], "properties": {"name": {"type": "string"},
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{1,54}[a-z0-9]$"},
      "group": {"type": "string", "description": "Default: the caller's only group"}}}]},
  "DeploymentPatch": {"$ref": "#/components/schemas/Writable"},
  "Trouble": {"type": ["object", "null"], "properties": {"replica": {"type": "string"},
    "since": {"type": ["string", "null"], "format": "date-time"}, "cause": {"type": "string"},
    "log_tail": {"type": "array", "items": {"type": "string"}}}},
  "Status": {"type": "object", "properties": {
    "phase": {"enum": ["Deploying", "Deployed", "Stopping", "Stopped", "Failed"]},
    "reason": {"type": "string"}, "since": {"type": ["string", "null"], "format": "date-time"},
    "ready_replicas": {"type": "integer"}, "wanted_replicas": {"type": "integer"},
    "serving_revision": {"type": "integer"},
    "trouble": {"$ref": "#/components/schemas/Trouble"}}},
  "Deployment": {"type": "object", "properties": {"id": {"type": "string"},
    "name": {"type": "string"}, "group": {"type": "string"},
    "status": {"$ref": "#/components/schemas/Status"}, "endpoint": {"type": "string"},
    "revision": {"type": "integer"}, "generation": {"type": "integer"},
    "image": {"type": "string"}, "instance_type": {"$ref": "#/components/schemas/InstanceType"},
    "replicas": {"type": "integer"},
    "environment": {"type": "array", "items": {"type": "object", "properties": {
      "name": {"type": "string"}, "value": {"type": "string"}}}},
    "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
    "description": {"type": "string"}, "port": {"type": "integer"},
    "health_path": {"type": ["string", "null"]},
    "progress_deadline_seconds": {"type": "integer"}, "request_timeout_ms": {"type": "integer"},
    "body_limit_bytes": {"type": "integer"}, "drain_seconds": {"type": "integer"},
    "pull_secret": {"type": ["string", "null"]}, "access": {"enum": ["public", "private"]},
    "created_by": {"type": "string"},
    "created_at": {"type": ["string", "null"], "format": "date-time"},
    "updated_by": {"type": "string"},
    "updated_at": {"type": ["string", "null"], "format": "date-time"}}},
  "Revision": {"type": "object", "properties": {"deployment_id": {"type": "string"},
    "number": {"type": "integer"}, "message": {"type": "string"}, "author": {"type": "string"},
    "created_at": {"type": ["string", "null"], "format": "date-time"},
    "image": {"type": "string"}, "instance_type": {"type": "string"},
    "replicas": {"type": "integer"},
    "environment": {"type": "array", "items": {"type": "object"}},
    "metadata": {"type": "object"}, "description": {"type": "string"},
    "port": {"type": "integer"}, "health_path": {"type": ["string", "null"]},
    "progress_deadline_seconds": {"type": "integer"}, "request_timeout_ms": {"type": "integer"},
    "body_limit_bytes": {"type": "integer"}, "drain_seconds": {"type": "integer"},
    "pull_secret": {"type": ["string", "null"]}, "access": {"enum": ["public", "private"]}}},
  "Replica": {"type": "object", "properties": {"id": {"type": "string"},
    "revision": {"type": "integer"}, "ordinal": {"type": "integer"}, "state": {"type": "string"},
    "since": {"type": ["string", "null"], "format": "date-time"}, "restarts": {"type": "integer"},
    "trouble": {"type": ["string", "null"]}, "engine_id": {"type": "string"},
    "started_at": {"type": ["string", "null"], "format": "date-time"},
    "address": {"type": "string"}, "exit_code": {"type": ["integer", "null"]},
    "out_of_memory": {"type": "boolean"}}},
  "Event": {"type": "object", "properties": {"sequence": {"type": "integer"},
    "deployment_id": {"type": "string"},
    "time": {"type": ["string", "null"], "format": "date-time"}, "kind": {"type": "string"},
    "replica": {"type": ["string", "null"]}, "message": {"type": "string"},
    "actor": {"type": ["string", "null"]}}},
  "LogText": {"type": "string"}
})";

}  // namespace

std::string_view deployment_schemas() { return kSchemas; }

}  // namespace slipway::api
