#include "api/deployment_dto.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "api/problem.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "domain/deployment_id.h"
#include "domain/spec_rules.h"

namespace slipway::api {
namespace {

// Stands in where a rule wants to see one.
constexpr std::string_view kSomeInstanceType = "sample";
// So wide that the rules of the domain speak first, so narrow that every unit conversion fits.
constexpr IntegerRange kAnyNumber{-1'000'000'000'000, 1'000'000'000'000};
constexpr IntegerRange kReplicas{1, domain::kMaxReplicas};
constexpr IntegerRange kPort{1, 65535};

Json time_json(Timestamp time) {
  if (time == Timestamp{}) return nullptr;
  return format_rfc3339(time);
}

Json trouble_json(const domain::ReplicaTrouble& trouble) {
  return {{"replica", trouble.replica},
          {"since", time_json(trouble.since)},
          {"cause", trouble.cause},
          {"log_tail", trouble.log_tail}};
}

// The writable part of a spec, the same for a deployment and a revision.
void add_spec(Json& out, const domain::Spec& spec) {
  out["replicas"] = spec.replicas;
  Json& environment = out["environment"] = Json::array();
  for (const auto& variable : spec.environment) {
    environment.push_back({{"name", variable.name}, {"value", variable.value}});
  }
  Json& metadata = out["metadata"] = Json::object();
  for (const auto& entry : spec.metadata) metadata[entry.key] = entry.value;
  out["description"] = spec.description;
  out["port"] = spec.port;
  out["health_path"] = spec.health_path ? Json(*spec.health_path) : Json(nullptr);
  out["progress_deadline_seconds"] = spec.progress_deadline.count();
  out["request_timeout_ms"] = spec.request_timeout.count();
  out["body_limit_bytes"] = spec.body_limit;
  out["drain_seconds"] = spec.drain_time.count();
  out["replica_concurrency"] = spec.replica_concurrency;
  out["requests_per_minute"] = spec.requests_per_minute;
  out["allow_websocket"] = spec.allow_websocket;
  out["pull_secret"] = spec.pull_secret.empty() ? Json(nullptr) : Json(spec.pull_secret);
  out["access"] = spec.private_access ? "private" : "public";
}

// Reads the writable members that are there.
control::SpecPatch read_spec(JsonReader& reader) {
  control::SpecPatch spec;
  spec.image = reader.optional_string("image");
  spec.instance_type = reader.optional_string("instance_type");
  if (const auto count = reader.optional_integer("replicas", kReplicas)) {
    spec.replicas = static_cast<int>(*count);
  }
  std::vector<domain::EnvironmentVariable> environment;
  const bool has_environment = reader.optional_objects("environment", [&](JsonReader& item) {
    std::string name = item.required_string("name");
    std::string value = item.required_string("value");
    environment.push_back({std::move(name), std::move(value)});
  });
  if (has_environment) spec.environment = std::move(environment);
  std::vector<domain::MetadataEntry> metadata;
  const bool has_metadata =
      reader.optional_string_map("metadata", [&](std::string key, std::string value) {
        metadata.push_back({std::move(key), std::move(value)});
      });
  if (has_metadata) spec.metadata = std::move(metadata);
  spec.description = reader.optional_string("description");
  if (const auto port = reader.optional_integer("port", kPort)) {
    spec.port = static_cast<int>(*port);
  }
  if (reader.take_null("health_path")) {
    spec.health_path = std::optional<std::string>();
  } else if (auto path = reader.optional_string("health_path")) {
    spec.health_path = std::move(path);
  }
  if (const auto seconds = reader.optional_integer("progress_deadline_seconds", kAnyNumber)) {
    spec.progress_deadline = std::chrono::seconds(*seconds);
  }
  if (const auto milliseconds = reader.optional_integer("request_timeout_ms", kAnyNumber)) {
    spec.request_timeout = std::chrono::milliseconds(*milliseconds);
  }
  if (const auto bytes = reader.optional_integer("body_limit_bytes", kAnyNumber)) {
    spec.body_limit = *bytes;
  }
  if (const auto seconds = reader.optional_integer("drain_seconds", kAnyNumber)) {
    spec.drain_time = std::chrono::seconds(*seconds);
  }
  if (const auto requests = reader.optional_integer("replica_concurrency", kAnyNumber)) {
    spec.replica_concurrency = *requests;
  }
  if (const auto requests = reader.optional_integer("requests_per_minute", kAnyNumber)) {
    spec.requests_per_minute = *requests;
  }
  spec.allow_websocket = reader.optional_bool("allow_websocket");
  if (reader.take_null("pull_secret")) {
    spec.pull_secret = "";
  } else if (auto name = reader.optional_string("pull_secret")) {
    spec.pull_secret = std::move(name);
  }
  if (const auto access = reader.optional_string("access")) {
    if (*access != "public" && *access != "private") {
      reader.add_fault("access", "must be 'public' or 'private'");
    }
    spec.private_access = *access == "private";
  }
  return spec;
}

std::string read_message(JsonReader& reader) {
  std::string message = reader.optional_string("message").value_or("");
  if (auto problem = domain::check_message(message)) {
    reader.add_fault("message", std::move(*problem));
  }
  return message;
}

// The API's member for a path of the domain: "request_timeout" is "request_timeout_ms" here.
std::string api_path(const std::string& path) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"progress_deadline", "progress_deadline_seconds"},
      {"request_timeout", "request_timeout_ms"},
      {"body_limit", "body_limit_bytes"},
      {"drain_time", "drain_seconds"}};
  for (const auto& [ours, theirs] : kNames) {
    if (path == ours) return std::string(theirs);
  }
  return path;
}

// Adds what the domain says about the values, except for fields whose fault is known already.
void add_rule_faults(JsonReader& reader, const domain::Spec& spec) {
  const std::vector<FieldError> known = reader.faults();
  for (const FieldError& fault : domain::check_spec(spec)) {
    const std::string path = api_path(fault.path);
    const bool told = std::any_of(known.begin(), known.end(), [&](const FieldError& other) {
      return other.path.substr(0, path.size()) == path || path.rfind(other.path, 0) == 0;
    });
    if (!told) reader.add_fault(path, fault.message);
  }
}

std::string_view sight_word(engine::ImageSight::Where where) {
  using Where = engine::ImageSight::Where;
  switch (where) {
    case Where::kHere:
      return "here";
    case Where::kInRegistry:
      return "in_registry";
    case Where::kMissing:
      return "missing";
    case Where::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

}  // namespace

std::string endpoint_of(std::string_view public_url, std::string_view id) {
  while (!public_url.empty() && public_url.back() == '/') public_url.remove_suffix(1);
  return fmt::format("{}/deployment/{}/api/v1.0/predictions", public_url, id);
}

Json status_json(const domain::Status& status) {
  Json out;
  out["phase"] = to_string(status.phase);
  out["reason"] = status.reason;
  out["since"] = time_json(status.since);
  out["ready_replicas"] = status.ready_replicas;
  out["wanted_replicas"] = status.wanted_replicas;
  out["serving_revision"] = status.serving_revision;
  out["trouble"] = status.trouble ? trouble_json(*status.trouble) : Json(nullptr);
  return out;
}

Json deployment_json(const control::DeploymentView& view, std::string_view public_url) {
  const domain::Deployment& deployment = view.deployment;
  Json out;
  out["id"] = deployment.id;
  out["name"] = deployment.name;
  out["group"] = deployment.group;
  out["status"] = status_json(view.status);
  out["endpoint"] = endpoint_of(public_url, deployment.id);
  out["revision"] = deployment.revision;
  out["generation"] = deployment.generation;
  out["image"] = view.revision.spec.image;
  out["instance_type"] = {{"name", view.instance_type.name},
                          {"cpu_millis", view.instance_type.cpu_millis},
                          {"memory_bytes", view.instance_type.memory_bytes},
                          {"gpus", view.instance_type.gpus}};
  add_spec(out, view.revision.spec);
  out["created_by"] = deployment.created_by;
  out["created_at"] = time_json(deployment.created_at);
  out["updated_by"] = deployment.updated_by;
  out["updated_at"] = time_json(deployment.updated_at);
  return out;
}

Json revision_json(const domain::Revision& revision) {
  Json out;
  out["deployment_id"] = revision.deployment_id;
  out["number"] = revision.number;
  out["message"] = revision.message;
  out["author"] = revision.author;
  out["created_at"] = time_json(revision.created_at);
  out["image"] = revision.spec.image;
  out["instance_type"] = revision.spec.instance_type;
  out["rollback_of"] = revision.rollback_of == 0 ? Json(nullptr) : Json(revision.rollback_of);
  out["tag"] = revision.tag.empty() ? Json(nullptr) : Json(revision.tag);
  add_spec(out, revision.spec);
  return out;
}

Json replica_json(const engine::WorkloadReplica& replica) {
  const engine::ObservedReplica& observed = replica.observed;
  Json out;
  out["id"] = observed.key.id();
  out["revision"] = observed.key.revision;
  out["ordinal"] = observed.key.ordinal;
  out["state"] = to_string(replica.state);
  out["since"] = time_json(replica.state_since);
  out["restarts"] = replica.restarts;
  out["trouble"] = replica.trouble.empty() ? Json(nullptr) : Json(replica.trouble);
  out["engine_id"] = observed.engine_id;
  out["started_at"] = time_json(observed.started_at);
  if (!observed.host.empty()) {
    const bool is_v6 = observed.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + observed.host + "]" : observed.host;
    out["address"] = fmt::format("{}:{}", host, observed.port);
  }
  out["unix_socket"] = !observed.unix_socket.empty();
  out["exit_code"] = observed.exit_code ? Json(*observed.exit_code) : Json(nullptr);
  out["out_of_memory"] = observed.out_of_memory;
  return out;
}

// In the words of the API.
Json changes_json(const std::vector<domain::SpecChange>& changes) {
  Json out = Json::array();
  for (const auto& [field, before, after] : changes) {
    out.push_back({{"field", api_path(field)},
                   {"before", before.empty() ? Json(nullptr) : Json(before)},
                   {"after", after.empty() ? Json(nullptr) : Json(after)}});
  }
  return out;
}

Json history_json(const domain::HistoryEntry& entry) {
  return {{"sequence", entry.sequence},    {"deployment_id", entry.deployment_id},
          {"time", time_json(entry.time)}, {"kind", entry.kind},
          {"revision", entry.revision},    {"actor", entry.actor},
          {"message", entry.message},      {"changes", changes_json(entry.changes)}};
}

Json quota_json(const domain::Quota& quota) {
  const auto limit = [](const std::optional<int64_t>& value) {
    return value ? Json(*value) : Json(nullptr);
  };
  return {{"cpu_millis", limit(quota.cpu_millis)},
          {"memory_bytes", limit(quota.memory_bytes)},
          {"gpus", limit(quota.gpus)},
          {"deployments", limit(quota.deployments)}};
}

Json usage_json(const domain::Usage& usage) {
  return {{"cpu_millis", usage.cpu_millis},
          {"memory_bytes", usage.memory_bytes},
          {"gpus", usage.gpus},
          {"deployments", usage.deployments}};
}

Json dry_run_json(const control::DryRun& run) {
  Json out;
  out["accepted"] = run.is_accepted();
  Json& errors = out["errors"] = Json::array();
  for (const FieldError& problem : run.problems) {
    errors.push_back({{"path", api_path(problem.path)}, {"message", problem.message}});
  }
  out["refusal"] = run.refusal.empty() ? Json(nullptr) : Json(run.refusal);
  out["image"] =
      run.image ? Json({{"found", sight_word(run.image->where)}, {"detail", run.image->detail}})
                : Json(nullptr);
  Json& limits = out["exceeded"] = Json::array();
  for (const ExceededLimit& one : run.exceeded) limits.push_back(limit_json(one));
  out["quota"] = {{"limits", quota_json(run.quota)},
                  {"before", usage_json(run.before)},
                  {"after", usage_json(run.after)}};
  out["strategy"] = run.strategy.empty() ? Json(nullptr) : Json(run.strategy);
  out["strategy_reason"] = run.strategy_reason;
  out["changes"] = changes_json(run.changes);
  return out;
}

Json event_json(const domain::Event& event) {
  return {{"sequence", event.sequence},
          {"deployment_id", event.deployment_id},
          {"time", time_json(event.time)},
          {"kind", event.kind},
          {"replica", event.replica.empty() ? Json(nullptr) : Json(event.replica)},
          {"message", event.message},
          {"actor", event.actor.empty() ? Json(nullptr) : Json(event.actor)}};
}

Result<control::NewDeployment> read_new_deployment(const Json& document) {
  JsonReader reader(document);
  control::NewDeployment wanted;
  const bool has_name = reader.has("name");
  wanted.name = trimmed(reader.required_string("name"));
  if (has_name && document["name"].is_string()) {
    if (auto problem = domain::check_name(wanted.name)) {
      reader.add_fault("name", std::move(*problem));
    }
  }
  wanted.id = reader.optional_string("id");
  if (wanted.id) {
    if (auto problem = domain::check_deployment_id(*wanted.id)) {
      reader.add_fault("id", std::move(*problem));
    }
  }
  wanted.group = reader.optional_string("group").value_or("");
  wanted.message = read_message(reader);
  const control::SpecPatch given = read_spec(reader);
  if (!reader.has("image") && document.is_object()) reader.add_fault("image", "is required");
  wanted.spec = control::apply_patch({}, given);
  // Which instance type stands for none is the group's to say.
  domain::Spec complete = wanted.spec;
  if (!given.instance_type) complete.instance_type = kSomeInstanceType;
  add_rule_faults(reader, complete);
  TRY(reader.finish());
  return wanted;
}

Result<RollbackRequest> read_rollback(const Json& document) {
  JsonReader reader(document);
  RollbackRequest out;
  const auto revision = reader.optional_integer("revision", {1, kAnyNumber.most});
  if (!reader.has("revision"))
    reader.add_fault("revision", "is required: the number to go back to");
  out.revision = revision.value_or(0);
  out.message = read_message(reader);
  TRY(reader.finish());
  return out;
}

Result<std::string> read_tag(const Json& document) {
  JsonReader reader(document);
  std::string tag = reader.required_string("tag");
  if (reader.has("tag") && trimmed(tag).empty()) {
    reader.add_fault("tag", "must not be blank; DELETE takes a tag away");
  }
  TRY(reader.finish());
  return tag;
}

Result<DeploymentPatch> read_deployment_patch(const Json& document) {
  JsonReader reader(document);
  for (const char* fixed : {"name", "id", "group"}) {
    reader.refuse(fixed, "cannot be changed; make a new deployment instead");
  }
  DeploymentPatch patch;
  patch.message = read_message(reader);
  patch.changes = read_spec(reader);
  // What is not given stays; values that pass every rule stand in for it here.
  domain::Spec sample;
  sample.image = "sample:1";
  sample.instance_type = kSomeInstanceType;
  add_rule_faults(reader, control::apply_patch(sample, patch.changes));
  TRY(reader.finish());
  return patch;
}

}  // namespace slipway::api
