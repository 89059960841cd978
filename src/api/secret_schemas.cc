#include "api/secret_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "PullSecret": {"type": "object", "properties": {
    "group": {"type": ["string", "null"], "description": "null: every group may use it"},
    "name": {"type": "string"},
    "registries": {"type": "array", "items": {"type": "object", "properties": {
      "registry": {"type": "string", "examples": ["registry.example:5000"]},
      "user": {"type": ["string", "null"],
        "description": "null for who may not change the secret"}}}},
    "generation": {"type": "integer"},
    "created_by": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"},
    "updated_by": {"type": "string"}, "updated_at": {"type": "string", "format": "date-time"}}},
  "NewPullSecret": {"type": "object", "required": ["group", "name"],
    "description": "Either registry, user and password, or docker_config",
    "examples": [{"group": "vision", "name": "company", "registry": "registry.example:5000",
      "user": "puller", "password": "a registry's password"},
      {"group": "vision", "name": "company", "docker_config": {"auths": {
        "registry.example:5000": {"auth": "cHVsbGVyOmEgcGFzc3dvcmQ="}}}}],
    "additionalProperties": false, "properties": {
      "group": {"type": ["string", "null"], "description": "null: for every group"},
      "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "registry": {"type": "string"}, "user": {"type": "string"},
      "password": {"type": "string", "writeOnly": true},
      "docker_config": {"type": "object", "writeOnly": true,
        "description": "content of a Docker config.json with 'auths'"}}},
  "PullSecretContent": {"type": "object",
    "description": "Either registry, user and password, or docker_config",
    "examples": [{"registry": "registry.example:5000", "user": "puller",
      "password": "the registry's next password"},
      {"docker_config": {"auths": {
        "registry.example:5000": {"auth": "cHVsbGVyOmEgcGFzc3dvcmQ="}}}}],
    "additionalProperties": false, "properties": {
      "registry": {"type": "string"}, "user": {"type": "string"},
      "password": {"type": "string", "writeOnly": true},
      "docker_config": {"type": "object", "writeOnly": true,
        "description": "content of a Docker config.json with 'auths'"}}}
})";

}  // namespace

std::string_view secret_schemas() { return kSchemas; }

}  // namespace slipway::api
