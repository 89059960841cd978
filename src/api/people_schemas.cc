#include "api/people_schemas.h"

namespace slipway::api {
namespace {

// Written by hand next to people_dto.cc; openapi_test.cc compares the members.
constexpr std::string_view kSchemas = R"({
  "NewUser": {"type": "object", "required": ["name"], "additionalProperties": false,
    "examples": [{"name": "ada"}, {"name": "ada@company.example", "display_name": "Ada Lovelace",
      "email": "ada@company.example", "password": "to be changed soon"}],
    "properties": {"name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._@-]{0,63}$"},
      "display_name": {"type": "string"}, "email": {"type": "string"},
      "admin": {"type": "boolean", "default": false},
      "password": {"type": "string", "minLength": 8,
        "description": "Left out: one is generated and answered once"},
      "must_change_password": {"type": "boolean", "default": true}}},
  "UserPatch": {"type": "object", "additionalProperties": false,
    "examples": [{"display_name": "Ada Lovelace"}, {"disabled": true}], "properties": {
    "display_name": {"type": "string"}, "email": {"type": "string"},
    "admin": {"type": "boolean"}, "disabled": {"type": "boolean"}}},
  "User": {"type": "object", "properties": {"name": {"type": "string"},
    "display_name": {"type": "string"}, "email": {"type": "string"},
    "admin": {"type": "boolean"}, "disabled": {"type": "boolean"},
    "must_change_password": {"type": "boolean"},
    "external": {"type": "boolean", "description": "Signs in at an identity provider"},
    "groups": {"type": "array", "items": {"type": "object", "properties": {
      "group": {"type": "string"}, "admin": {"type": "boolean"}}}},
    "created_at": {"type": "string", "format": "date-time"},
    "generation": {"type": "integer"}}},
  "UserWithPassword": {"allOf": [{"$ref": "#/components/schemas/User"}, {"type": "object",
    "properties": {"generated_password": {"type": "string", "description": "Shown once"}}}]},
  "Quota": {"type": "object", "description": "null: unlimited", "properties": {
    "cpu_millis": {"type": ["integer", "null"]}, "memory_bytes": {"type": ["integer", "null"]},
    "gpus": {"type": ["integer", "null"]},
    "deployments": {"type": ["integer", "null"], "description": "Running ones"}}},
  "NewGroup": {"type": "object", "required": ["name"], "additionalProperties": false,
    "examples": [{"name": "speech"}, {"name": "speech", "display_name": "Speech",
      "deployment_enabled": true, "quota": {"cpu_millis": 8000, "memory_bytes": 17179869184,
      "gpus": null, "deployments": 10}, "instance_types": ["cpu-1"],
      "default_instance_type": "cpu-1"}],
    "properties": {"name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "display_name": {"type": "string"},
      "deployment_enabled": {"type": "boolean", "default": false},
      "quota": {"$ref": "#/components/schemas/Quota"},
      "instance_types": {"type": "array", "items": {"type": "string"}},
      "default_instance_type": {"type": "string"}}},
  "GroupPatch": {"type": "object", "additionalProperties": false,
    "examples": [{"deployment_enabled": true}, {"display_name": "Vision",
      "quota": {"cpu_millis": 16000, "gpus": null}}], "properties": {
    "display_name": {"type": "string"}, "deployment_enabled": {"type": "boolean"},
    "quota": {"$ref": "#/components/schemas/Quota"},
    "instance_types": {"type": "array", "items": {"type": "string"}},
    "default_instance_type": {"type": "string"}}},
  "Group": {"type": "object", "properties": {"name": {"type": "string"},
    "display_name": {"type": "string"}, "deployment_enabled": {"type": "boolean"},
    "quota": {"$ref": "#/components/schemas/Quota"},
    "instance_types": {"type": "array", "items": {"type": "string"},
      "description": "Those that it may use besides the global ones"},
    "default_instance_type": {"type": "string"}, "generation": {"type": "integer"}}},
  "GroupDetail": {"type": "object", "properties": {"name": {"type": "string"},
    "display_name": {"type": "string"}, "deployment_enabled": {"type": "boolean"},
    "quota": {"$ref": "#/components/schemas/Quota"},
    "instance_types": {"type": "array", "items": {"type": "string"}},
    "default_instance_type": {"type": "string"}, "generation": {"type": "integer"},
    "usage": {"type": "object", "properties": {"cpu_millis": {"type": "integer"},
      "memory_bytes": {"type": "integer"}, "gpus": {"type": "integer"},
      "deployments": {"type": "integer"}}},
    "members": {"type": "array", "items": {"$ref": "#/components/schemas/Member"}}}},
  "MemberSettings": {"type": "object", "additionalProperties": false,
    "examples": [{"admin": true}, {}], "properties": {
    "admin": {"type": "boolean", "default": false}}},
  "Member": {"type": "object", "properties": {"user": {"type": "string"},
    "admin": {"type": "boolean"}}},
  "NewInstanceType": {"type": "object", "required": ["name", "cpu_millis", "memory_bytes"],
    "additionalProperties": false,
    "examples": [{"name": "cpu-8", "cpu_millis": 8000, "memory_bytes": 17179869184},
      {"name": "gpu-1", "display_name": "One GPU", "description": "For large models",
       "cpu_millis": 4000, "memory_bytes": 17179869184, "gpus": 1,
       "gpu_resource": "nvidia.com/gpu", "global": false}], "properties": {
      "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,62}$"},
      "display_name": {"type": "string"}, "description": {"type": "string"},
      "cpu_millis": {"type": "integer", "minimum": 1},
      "memory_bytes": {"type": "integer", "minimum": 1},
      "gpus": {"type": "integer", "minimum": 0, "default": 0},
      "gpu_resource": {"type": "string", "examples": ["nvidia.com/gpu"]},
      "global": {"type": "boolean", "default": true}}},
  "InstanceTypePatch": {"type": "object", "additionalProperties": false,
    "examples": [{"memory_bytes": 2147483648}, {"description": "For small models",
      "global": true}], "properties": {
    "display_name": {"type": "string"}, "description": {"type": "string"},
    "cpu_millis": {"type": "integer"}, "memory_bytes": {"type": "integer"},
    "gpus": {"type": "integer"}, "gpu_resource": {"type": "string"},
    "global": {"type": "boolean"}}},
  "InstanceType": {"type": "object", "properties": {"name": {"type": "string"},
    "display_name": {"type": "string"}, "description": {"type": "string"},
    "cpu_millis": {"type": "integer"}, "memory_bytes": {"type": "integer"},
    "gpus": {"type": "integer"}, "gpu_resource": {"type": "string"},
    "global": {"type": "boolean", "description": "Every group may use it"},
    "generation": {"type": "integer"}}}
})";

}  // namespace

std::string_view people_schemas() { return kSchemas; }

}  // namespace slipway::api
