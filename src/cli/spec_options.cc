#include "cli/spec_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/json.h"
#include "cli/units.h"

namespace slipway::cli {
namespace {

struct Entry {
  std::string name;
  std::string value;
};

Result<Entry> split(const std::string& text, std::string_view option) {
  const size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return fail(ErrorCode::kInvalid, fmt::format("{} wants NAME=VALUE, not '{}'", option, text));
  }
  return Entry{text.substr(0, equals), text.substr(equals + 1)};
}

Result<void> write_environment(const SpecOptions& options, const Json& present, Json& document) {
  if (options.environment.empty() && options.unset_environment.empty()) return {};
  Json list = present.is_object() ? present.value("environment", Json::array()) : Json::array();
  const auto find = [&](const std::string& name) {
    return std::find_if(list.begin(), list.end(),
                        [&](const Json& item) { return item.value("name", "") == name; });
  };
  for (const std::string& name : options.unset_environment) {
    const auto found = find(name);
    if (found == list.end()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("there is no environment variable '{}' to remove", name));
    }
    list.erase(found);
  }
  for (const std::string& text : options.environment) {
    TRY_ASSIGN(const Entry entry, split(text, "--env"));
    const auto found = find(entry.name);
    if (found == list.end()) {
      list.push_back({{"name", entry.name}, {"value", entry.value}});
    } else {
      (*found)["value"] = entry.value;
    }
  }
  document["environment"] = std::move(list);
  return {};
}

}  // namespace

void add_spec_options(CLI::App& command, SpecOptions& options, bool updating) {
  command.add_option("--image", options.image, "Image (or, for the process engine, model folder)");
  command.add_option("--instance-type", options.instance_type,
                     "Size of a replica; see `slipway instance-types list`");
  command.add_option("--replicas", options.replicas, "How many copies run");
  command
      .add_option("-e,--env", options.environment,
                  updating ? "Set an environment variable, NAME=VALUE; repeatable"
                           : "Environment variable, NAME=VALUE; repeatable")
      ->allow_extra_args(false);
  if (updating) {
    command.add_option("--unset-env", options.unset_environment, "Remove an environment variable")
        ->allow_extra_args(false);
  }
  command.add_option("--metadata", options.metadata, "KEY=VALUE for people; repeatable")
      ->allow_extra_args(false);
  command.add_option("--description", options.description, "What it is for");
  command.add_option("--port", options.port, "Where the model listens (default 9000)");
  command.add_option("--health-path", options.health_path,
                     "Path that answers 2xx when ready; \"\" for the default");
  command.add_option("--progress-deadline", options.progress_deadline,
                     "How long it may take to get ready, e.g. 15m");
  command.add_option("--request-timeout", options.request_timeout,
                     "How long a prediction may take, e.g. 60s");
  command.add_option("--body-limit", options.body_limit, "Longest prediction request, e.g. 64MiB");
  command.add_option("--drain", options.drain, "How long an old replica may finish, e.g. 30s");
  command.add_option("--replica-concurrency", options.replica_concurrency,
                     "Most requests at once per replica; others wait. 0: no limit");
  command.add_option("--requests-per-minute", options.requests_per_minute,
                     "Most requests a minute from all callers, at each gateway. 0: no limit");
  command
      .add_option("--allow-websocket", options.allow_websocket,
                  "Whether clients may switch a connection to WebSocket: yes, or no")
      ->check(CLI::IsMember({"yes", "no"}));
  command.add_option("--access", options.access, "Who may predict: public, or clients (private)")
      ->check(CLI::IsMember({"public", "private"}));
  command.add_option("--pull-secret", options.pull_secret,
                     "Pull secret for the image's registry; \"\" for none");
  command.add_flag("--dry-run", options.dry_run, "Only say what would happen; writes nothing");
  command.add_option("-m,--message", options.message, "Why; stands in the history");
}

Result<void> write_spec(const SpecOptions& options, const Json& present, Json& document) {
  if (options.image) document["image"] = *options.image;
  if (options.instance_type) document["instance_type"] = *options.instance_type;
  if (options.replicas) document["replicas"] = *options.replicas;
  TRY(write_environment(options, present, document));
  if (!options.metadata.empty()) {
    Json metadata =
        present.is_object() ? present.value("metadata", Json::object()) : Json::object();
    for (const std::string& text : options.metadata) {
      TRY_ASSIGN(const Entry entry, split(text, "--metadata"));
      metadata[entry.name] = entry.value;
    }
    document["metadata"] = std::move(metadata);
  }
  if (options.description) document["description"] = *options.description;
  if (options.port) document["port"] = *options.port;
  if (options.health_path) {
    document["health_path"] =
        options.health_path->empty() ? Json(nullptr) : Json(*options.health_path);
  }
  if (options.progress_deadline) {
    TRY_ASSIGN(const auto time, parse_duration(*options.progress_deadline));
    document["progress_deadline_seconds"] = time.count() / 1000;
  }
  if (options.request_timeout) {
    TRY_ASSIGN(const auto time, parse_duration(*options.request_timeout));
    document["request_timeout_ms"] = time.count();
  }
  if (options.body_limit) {
    TRY_ASSIGN(const int64_t bytes, parse_size(*options.body_limit));
    document["body_limit_bytes"] = bytes;
  }
  if (options.drain) {
    TRY_ASSIGN(const auto time, parse_duration(*options.drain));
    document["drain_seconds"] = time.count() / 1000;
  }
  if (options.replica_concurrency) document["replica_concurrency"] = *options.replica_concurrency;
  if (options.requests_per_minute) document["requests_per_minute"] = *options.requests_per_minute;
  if (options.allow_websocket) document["allow_websocket"] = *options.allow_websocket == "yes";
  if (options.access) document["access"] = *options.access;
  if (options.pull_secret) {
    document["pull_secret"] =
        options.pull_secret->empty() ? Json(nullptr) : Json(*options.pull_secret);
  }
  if (options.message) document["message"] = *options.message;
  return {};
}

}  // namespace slipway::cli
