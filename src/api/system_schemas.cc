#include "api/system_schemas.h"

namespace slipway::api {
namespace {

constexpr std::string_view kSchemas = R"({
  "System": {"type": "object", "properties": {
    "version": {"type": "string"},
    "started_at": {"type": "string", "format": "date-time", "description": "Of control"},
    "uptime_s": {"type": "number"},
    "engine": {"type": "object", "properties": {
      "name": {"type": "string", "description": "docker, process, mock"},
      "version": {"type": "string", "description": "Of the engine behind it, which may be Podman"},
      "isolates": {"type": "boolean",
        "description": "false: replicas share this machine's files and network"},
      "cpu_millis": {"type": ["integer", "null"], "description": "Of the whole node"},
      "memory_bytes": {"type": ["integer", "null"]},
      "problem": {"$ref": "#/components/schemas/PartProblem"}}},
    "snapshot": {"type": "object", "description": "The newest that gateways are given",
      "properties": {
        "version": {"type": "integer", "description": "0: none yet"},
        "published_at": {"type": ["string", "null"], "format": "date-time"}}},
    "gateways": {"type": "array", "description": "Those that asked in the last 30 seconds",
      "items": {"type": "object", "properties": {
        "id": {"type": "string"},
        "snapshot_version": {"type": "integer", "description": "What it serves; 0: none of ours"},
        "current": {"type": "boolean", "description": "It serves the newest one"},
        "seen_s": {"type": "number",
          "description": "Since it asked last; it asks again within 25 seconds"},
        "metrics_at": {"type": ["string", "null"], "description": "Address and port"},
        "certificates": {"type": "array",
          "description": "What it serves TLS with, the first to end first; empty: it serves none",
          "items": {"type": "object", "properties": {
            "name": {"type": "string", "description": "Its first name"},
            "ends_at": {"type": "string", "format": "date-time"}}}}}}},
    "database": {"type": "object", "properties": {
      "bytes": {"type": "integer"},
      "history_bytes": {"type": "integer", "description": "The history of metrics"},
      "problem": {"$ref": "#/components/schemas/PartProblem"}}},
    "disk": {"type": "object", "description": "That of the state directory", "properties": {
      "state_dir": {"type": "string"},
      "free_bytes": {"type": ["integer", "null"]}, "size_bytes": {"type": ["integer", "null"]},
      "logs_bytes": {"type": "integer", "description": "Stored logs"},
      "logs_paused": {"type": "boolean", "description": "Nothing is stored for want of room"}}}}},
  "PartProblem": {"type": ["string", "null"], "description": "null: it answers"}
})";

}  // namespace

std::string_view system_schemas() { return kSchemas; }

}  // namespace slipway::api
