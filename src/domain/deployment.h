#pragma once
// The thing with a URL: a Deployment, and the immutable Revisions of what it shall run. Plain
// values without I/O; the store keeps them, control changes them, the planner reads them.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace slipway::domain {

struct EnvironmentVariable {
  std::string name;
  std::string value;
  bool operator==(const EnvironmentVariable&) const = default;
};

// A key and a value for people; Slipway gives it no meaning.
struct MetadataEntry {
  std::string key;
  std::string value;
  bool operator==(const MetadataEntry&) const = default;
};

// What a revision says: everything that a user may change. Checked by validate(), see spec_rules.h.
struct Spec {
  std::string image;          // image reference; for the process engine a model folder's name
  std::string instance_type;  // name of an InstanceType
  int replicas = 1;
  std::vector<EnvironmentVariable> environment;
  std::vector<MetadataEntry> metadata;
  std::string description;
  int port = 9000;                         // where the model listens (design.md §4)
  std::optional<std::string> health_path;  // none: /health/status, else /health/ping, else TCP
  std::chrono::seconds progress_deadline{15 * 60};
  std::chrono::milliseconds request_timeout{60'000};
  int64_t body_limit = int64_t{64} * 1024 * 1024;  // bytes of one prediction request
  std::chrono::seconds drain_time{30};  // how long an old replica may finish its requests
  int64_t replica_concurrency = 0;      // requests at once per replica; 0: no limit
  int64_t requests_per_minute = 0;      // from all callers, at each gateway; 0: no limit
  bool allow_websocket = false;         // clients may switch a connection to WebSocket
  std::string pull_secret = {};         // name of a PullSecret of the group or of all; "": none
  bool private_access = false;          // only Clients with a token may predict
  bool operator==(const Spec&) const = default;
};

struct Revision {
  std::string deployment_id;
  int64_t number = 0;  // 1, 2, 3, ...
  Spec spec;
  std::string author;
  Timestamp created_at{};
  std::string message = {};  // the update message
  int64_t rollback_of = 0;   // the revision whose spec this one repeats; 0: it is no rollback
  std::string tag = {};      // of people; a tagged revision outlives retention
  bool operator==(const Revision&) const = default;
};

enum class Desire { kRunning, kStopped, kDeleted };
std::string_view to_string(Desire desire);
std::optional<Desire> parse_desire(std::string_view text);

struct Deployment {
  std::string id;     // immutable, unique over all groups, part of the URL
  std::string name;   // immutable
  std::string group;  // immutable
  Desire desire = Desire::kRunning;
  int64_t revision = 0;  // the newest; what shall run
  // The newest revision that has been Deployed once: it goes on serving while a newer one fails. 0:
  // none yet.
  int64_t proven_revision = 0;
  // Counts every change of desire or revision; the ETag, and what a status speaks about.
  int64_t generation = 0;
  std::string created_by;
  Timestamp created_at{};
  std::string updated_by;
  Timestamp updated_at{};
  bool operator==(const Deployment&) const = default;
};

}  // namespace slipway::domain
