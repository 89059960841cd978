#include "api/session_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "SignIn": {"type": "object", "required": ["user", "password"], "additionalProperties": false,
    "examples": [{"user": "admin", "password": "correct horse battery staple"},
      {"user": "admin", "password": "correct horse battery staple", "token_name": "laptop"},
      {"user": "admin", "password": "correct horse battery staple", "cookie": true}],
    "properties": {"user": {"type": "string"}, "password": {"type": "string"},
      "token_name": {"type": "string", "default": "session"},
      "cookie": {"type": "boolean", "default": false,
        "description": "Answer with a cookie and a CSRF token instead of an API token"}}},
  "Session": {"type": "object", "required": ["csrf_token"], "properties": {
    "user": {"type": "string"}, "csrf_token": {"type": "string"},
    "expires_at": {"type": "string", "format": "date-time"},
    "must_change_password": {"type": "boolean"}}},
  "SignedIn": {"anyOf": [{"$ref": "#/components/schemas/Session"},
    {"$ref": "#/components/schemas/IssuedToken"}]},
  "PasswordChange": {"type": "object", "required": ["old_password", "new_password"],
    "examples": [{"old_password": "correct horse battery staple",
      "new_password": "a longer way to say the same"}],
    "additionalProperties": false, "properties": {"old_password": {"type": "string"},
      "new_password": {"type": "string", "minLength": 8}}},
  "PasswordChanged": {"type": "object", "properties": {"user": {"type": "string"},
    "csrf_token": {"type": "string"}, "expires_at": {"type": "string", "format": "date-time"},
    "must_change_password": {"type": "boolean"}}},
  "NewToken": {"type": "object", "required": ["name"], "additionalProperties": false,
    "examples": [{"name": "laptop"},
      {"name": "ci", "scope": "read", "lifetime_seconds": 2592000}], "properties": {
    "name": {"type": "string"}, "scope": {"enum": ["read", "write"], "default": "write"},
    "lifetime_seconds": {"type": "integer", "minimum": 1}}},
  "Token": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"},
    "user": {"type": "string"}, "scope": {"enum": ["read", "write"]},
    "created_at": {"type": ["string", "null"], "format": "date-time"},
    "last_used_at": {"type": ["string", "null"], "format": "date-time"},
    "expires_at": {"type": ["string", "null"], "format": "date-time"}}},
  "IssuedToken": {"allOf": [{"$ref": "#/components/schemas/Token"}, {"type": "object",
    "properties": {"token": {"type": "string", "examples": ["slw_..."]}}}]},
  "Me": {"type": "object", "properties": {"user": {"type": "string"}, "admin": {"type": "boolean"},
    "groups": {"type": "array", "items": {"type": "string"}}, "may_write": {"type": "boolean"},
    "admin_of": {"type": "array", "items": {"type": "string"}},
    "must_change_password": {"type": "boolean"}, "token_id": {"type": "string"}}}
})";

}  // namespace

std::string_view session_schemas() { return kSchemas; }

}  // namespace slipway::api
