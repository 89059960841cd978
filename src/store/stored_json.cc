#include "store/stored_json.h"

#include <limits>
#include <optional>
#include <vector>

#include "base/json.h"

namespace slipway::store {
namespace {

// Bigger than any document the rules allow: they were checked on the way in.
constexpr JsonLimits kLimits{.bytes = 16 * 1024 * 1024, .depth = 16};

// Takes members of one stored object; the first that has an unexpected type is the problem.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {
    if (!object.is_object()) problem_ = "an object was expected";
  }

  void take(const char* name, std::string& out) {
    if (const Json* value = of_type(name, &Json::is_string)) out = value->get<std::string>();
  }
  void take(const char* name, bool& out) {
    if (const Json* value = of_type(name, &Json::is_boolean)) out = value->get<bool>();
  }
  void take(const char* name, int64_t& out) {
    if (const Json* value = of_type(name, &Json::is_number_integer)) out = value->get<int64_t>();
  }
  void take(const char* name, int& out) {
    int64_t wide = out;
    take(name, wide);
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
      problem_ = name;
    } else {
      out = static_cast<int>(wide);
    }
  }
  template <typename Rep, typename Period>
  void take(const char* name, std::chrono::duration<Rep, Period>& out) {
    int64_t count = out.count();
    take(name, count);
    out = std::chrono::duration<Rep, Period>(count);
  }
  void take(const char* name, Timestamp& out) {
    int64_t micros = to_unix_micros(out);
    take(name, micros);
    out = from_unix_micros(micros);
  }
  void take(const char* name, std::optional<std::string>& out) {
    std::string value;
    if (!object_.is_object() || !object_.contains(name)) return;
    take(name, value);
    out = std::move(value);
  }
  // The elements of an array; empty when it is not there.
  const Json& array(const char* name) {
    static const Json kNone = Json::array();
    const Json* value = of_type(name, &Json::is_array);
    return value != nullptr ? *value : kNone;
  }
  void fail_with(std::string problem) { problem_ = std::move(problem); }
  const std::string& problem() const { return problem_; }

 private:
  const Json* of_type(const char* name, bool (Json::*is)() const noexcept) {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    if (found == object_.end()) return nullptr;
    if (((*found).*is)()) return &*found;
    problem_ = name;
    return nullptr;
  }

  const Json& object_;
  std::string problem_;
};

template <typename Entry>
Json encode_pairs(const std::vector<Entry>& entries) {
  Json out = Json::array();
  for (const auto& [first, second] : entries) out.push_back(Json::array({first, second}));
  return out;
}

template <typename Entry>
void take_pairs(Members& members, const char* name, std::vector<Entry>& out) {
  for (const Json& pair : members.array(name)) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
      return members.fail_with(name);
    }
    out.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
  }
}

Failure unreadable(std::string_view what, std::string_view problem) {
  return fail(ErrorCode::kInternal, "a stored " + std::string(what) +
                                        " cannot be read: " + std::string(problem) +
                                        ". The row was not written by Slipway or is damaged");
}

}  // namespace

std::string encode_spec(const domain::Spec& spec) {
  Json out = {{"image", spec.image},
              {"instance_type", spec.instance_type},
              {"replicas", spec.replicas},
              {"environment", encode_pairs(spec.environment)},
              {"metadata", encode_pairs(spec.metadata)},
              {"description", spec.description},
              {"port", spec.port},
              {"progress_deadline_s", spec.progress_deadline.count()},
              {"request_timeout_ms", spec.request_timeout.count()},
              {"body_limit", spec.body_limit},
              {"drain_time_s", spec.drain_time.count()}};
  if (spec.replica_concurrency != 0) out["replica_concurrency"] = spec.replica_concurrency;
  if (spec.requests_per_minute != 0) out["requests_per_minute"] = spec.requests_per_minute;
  if (spec.allow_websocket) out["allow_websocket"] = true;
  if (spec.health_path) out["health_path"] = *spec.health_path;
  if (!spec.pull_secret.empty()) out["pull_secret"] = spec.pull_secret;
  if (spec.private_access) out["private_access"] = true;
  return dump_json(out);
}

Result<domain::Spec> decode_spec(std::string_view text) {
  const auto document = parse_json(text, kLimits);
  if (!document) return unreadable("spec", document.error().message);
  domain::Spec spec;
  Members members(*document);
  members.take("image", spec.image);
  members.take("instance_type", spec.instance_type);
  members.take("replicas", spec.replicas);
  take_pairs(members, "environment", spec.environment);
  take_pairs(members, "metadata", spec.metadata);
  members.take("description", spec.description);
  members.take("port", spec.port);
  members.take("health_path", spec.health_path);
  members.take("progress_deadline_s", spec.progress_deadline);
  members.take("request_timeout_ms", spec.request_timeout);
  members.take("body_limit", spec.body_limit);
  members.take("drain_time_s", spec.drain_time);
  members.take("replica_concurrency", spec.replica_concurrency);
  members.take("requests_per_minute", spec.requests_per_minute);
  members.take("allow_websocket", spec.allow_websocket);
  members.take("pull_secret", spec.pull_secret);
  members.take("private_access", spec.private_access);
  if (!members.problem().empty()) return unreadable("spec", members.problem());
  return spec;
}

std::string encode_status(const domain::Status& status) {
  Json out = {
      {"phase", domain::to_string(status.phase)}, {"reason", status.reason},
      {"generation", status.generation},          {"serving_revision", status.serving_revision},
      {"ready_replicas", status.ready_replicas},  {"wanted_replicas", status.wanted_replicas},
      {"since_us", to_unix_micros(status.since)}};
  if (status.trouble) {
    out["trouble"] = {{"replica", status.trouble->replica},
                      {"since_us", to_unix_micros(status.trouble->since)},
                      {"cause", status.trouble->cause},
                      {"log_tail", status.trouble->log_tail}};
  }
  return dump_json(out);
}

Result<domain::Status> decode_status(std::string_view text) {
  const auto document = parse_json(text, kLimits);
  if (!document) return unreadable("status", document.error().message);
  domain::Status status;
  Members members(*document);
  std::string phase;
  members.take("phase", phase);
  const auto known = domain::parse_phase(phase);
  if (!known) return unreadable("status", "its phase is '" + phase + "'");
  status.phase = *known;
  members.take("reason", status.reason);
  members.take("generation", status.generation);
  members.take("serving_revision", status.serving_revision);
  members.take("ready_replicas", status.ready_replicas);
  members.take("wanted_replicas", status.wanted_replicas);
  members.take("since_us", status.since);
  if (document->is_object() && document->contains("trouble")) {
    domain::ReplicaTrouble& trouble = status.trouble.emplace();
    Members inner((*document)["trouble"]);
    inner.take("replica", trouble.replica);
    inner.take("since_us", trouble.since);
    inner.take("cause", trouble.cause);
    for (const Json& line : inner.array("log_tail")) {
      if (!line.is_string()) return unreadable("status", "log_tail");
      trouble.log_tail.push_back(line.get<std::string>());
    }
    if (!inner.problem().empty()) return unreadable("status", inner.problem());
  }
  if (!members.problem().empty()) return unreadable("status", members.problem());
  return status;
}

std::string encode_changes(const std::vector<domain::SpecChange>& changes) {
  Json out = Json::array();
  for (const auto& [field, before, after] : changes) {
    out.push_back({{"field", field}, {"before", before}, {"after", after}});
  }
  return dump_json(out);
}

Result<std::vector<domain::SpecChange>> decode_changes(std::string_view text) {
  const auto document = parse_json(text, kLimits);
  if (!document) return unreadable("list of changes", document.error().message);
  if (!document->is_array()) return unreadable("list of changes", "an array was expected");
  std::vector<domain::SpecChange> out;
  for (const Json& one : *document) {
    domain::SpecChange change;
    Members members(one);
    members.take("field", change.field);
    members.take("before", change.before);
    members.take("after", change.after);
    if (!members.problem().empty()) return unreadable("list of changes", members.problem());
    out.push_back(std::move(change));
  }
  return out;
}

}  // namespace slipway::store
