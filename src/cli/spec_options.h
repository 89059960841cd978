#pragma once
// The options of `deployments create` and `update` that say what shall run, and the JSON that they
// make. Only what was given gets into the document.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace slipway::cli {

struct SpecOptions {
  std::optional<std::string> image;
  std::optional<std::string> instance_type;
  std::optional<int64_t> replicas;
  std::vector<std::string> environment;        // NAME=VALUE
  std::vector<std::string> unset_environment;  // NAME
  std::vector<std::string> metadata;           // KEY=VALUE
  std::optional<std::string> description;
  std::optional<int64_t> port;
  std::optional<std::string> health_path;
  std::optional<std::string> progress_deadline;
  std::optional<std::string> request_timeout;
  std::optional<std::string> body_limit;
  std::optional<std::string> drain;
  std::optional<int64_t> replica_concurrency;
  std::optional<int64_t> requests_per_minute;
  std::optional<std::string> allow_websocket;  // yes or no
  std::optional<std::string> access;
  std::optional<std::string> pull_secret;
  std::optional<std::string> message;
  bool dry_run = false;  // only say what would happen
};

void add_spec_options(CLI::App& command, SpecOptions& options, bool updating);

// Adds the members to `document`. `present` is the deployment as it is now (for update: -e and
// --metadata change single entries of it) or null.
Result<void> write_spec(const SpecOptions& options, const Json& present, Json& document);

}  // namespace slipway::cli
