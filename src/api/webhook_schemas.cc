#include "api/webhook_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "NoticeType": {"type": "string", "enum": ["deployment.deployed", "deployment.failed",
    "deployment.recovered", "quota.refused", "certificate.expiring"]},
  "Webhook": {"type": "object", "properties": {
    "id": {"type": "string"},
    "group": {"type": ["string", "null"], "description": "null: the platform's; it hears of all"},
    "name": {"type": "string"}, "url": {"type": "string"},
    "events": {"type": "array", "items": {"$ref": "#/components/schemas/NoticeType"}},
    "enabled": {"type": "boolean"},
    "disabled_reason": {"type": ["string", "null"],
      "description": "Why Slipway itself switched it off; null: it did not"},
    "generation": {"type": "integer"},
    "created_by": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"},
    "updated_by": {"type": "string"}, "updated_at": {"type": "string", "format": "date-time"}}},
  "IssuedWebhook": {"allOf": [{"$ref": "#/components/schemas/Webhook"}, {"type": "object",
    "properties": {"secret": {"type": "string",
      "description": "whsec_ and Base64: what requests are signed with; shown this once"}}}]},
  "NewWebhook": {"type": "object", "required": ["group", "name", "url", "events"],
    "additionalProperties": false,
    "examples": [{"group": "vision", "name": "Chat", "url": "https://hooks.example/slipway",
      "events": ["deployment.failed", "deployment.recovered", "quota.refused"]}],
    "properties": {
      "group": {"type": ["string", "null"], "description": "null: the platform's"},
      "name": {"type": "string", "maxLength": 80},
      "url": {"type": "string", "maxLength": 2000,
        "description": "http or https, without user and fragment; not of a private address unless the operator allows it, never of a link-local one"},
      "events": {"type": "array", "minItems": 1, "uniqueItems": true,
        "items": {"$ref": "#/components/schemas/NoticeType"}},
      "enabled": {"type": "boolean", "default": true}}},
  "WebhookPatch": {"type": "object", "additionalProperties": false,
    "examples": [{"events": ["deployment.failed"]}, {"enabled": true,
      "url": "https://hooks.example/other"}],
    "properties": {
      "name": {"type": "string", "maxLength": 80},
      "url": {"type": "string", "maxLength": 2000},
      "events": {"type": "array", "minItems": 1, "uniqueItems": true,
        "items": {"$ref": "#/components/schemas/NoticeType"}},
      "enabled": {"type": "boolean"}}},
  "WebhookDelivery": {"type": "object", "properties": {
    "id": {"type": "string", "description": "The field webhook-id: the same at every try"},
    "type": {"type": "string", "description": "A NoticeType, or webhook.test"},
    "state": {"type": "string", "enum": ["pending", "delivered", "failed"]},
    "created_at": {"type": "string", "format": "date-time"},
    "next_at": {"type": ["string", "null"], "format": "date-time",
      "description": "When it is tried next"},
    "done_at": {"type": ["string", "null"], "format": "date-time"},
    "body": {"type": "string", "description": "JSON, as it is sent"},
    "attempts": {"type": "array", "items": {"type": "object", "properties": {
      "number": {"type": "integer"}, "time": {"type": "string", "format": "date-time"},
      "duration_ms": {"type": "integer"},
      "status": {"type": ["integer", "null"], "description": "null: no answer came"},
      "error": {"type": ["string", "null"]},
      "reply": {"type": "string", "description": "How the answer began, at most 1 KiB"}}}}}}
})";

}  // namespace

std::string_view webhook_schemas() { return kSchemas; }

}  // namespace slipway::api
