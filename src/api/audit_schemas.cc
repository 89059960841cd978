#include "api/audit_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "AuditEntry": {"type": "object", "properties": {"sequence": {"type": "integer"},
    "time": {"type": "string", "format": "date-time"},
    "actor": {"type": ["string", "null"],
      "description": "null: nobody who was signed in, such as a refused sign-in"},
    "source": {"type": ["string", "null"],
      "description": "Address the request came from; null: the machine itself"},
    "action": {"type": "string", "examples": ["deployment.update", "session.sign_in"]},
    "object": {"type": "string", "description": "Name or id of what was changed"},
    "group": {"type": ["string", "null"]}, "detail": {"type": "string"},
    "before": {"type": ["object", "null"],
      "description": "Secrets masked; null: it was not there"},
    "after": {"type": ["object", "null"]}},
    "examples": [{"sequence": 42, "time": "2027-01-31T12:00:00.000000Z", "actor": "ada",
      "source": "192.0.2.7", "action": "group.update", "object": "vision", "group": "vision",
      "detail": "", "before": {"deployment_enabled": false},
      "after": {"deployment_enabled": true}}]},
  "AuditLines": {"type": "string", "description": "An AuditEntry a line"}
})";

}  // namespace

std::string_view audit_schemas() { return kSchemas; }

}  // namespace slipway::api
