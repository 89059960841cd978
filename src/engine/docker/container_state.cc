#include "engine/docker/container_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/docker/container_spec.h"

namespace slipway::engine {
namespace {

constexpr int kExitOfSigkill = 128 + 9;

const Json& member(const Json& object, std::string_view name) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto it = object.find(std::string(name));
  return it == object.end() ? none : *it;
}

std::string text_of(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

// The zero time of Go, year 1, means "never".
Timestamp time_of(const Json& object, std::string_view name) {
  const auto time = parse_rfc3339(text_of(object, name));
  return time && *time > Timestamp{} ? *time : Timestamp{};
}

std::string address_on(const Json& holder, std::string_view network) {
  return text_of(member(member(member(holder, "NetworkSettings"), "Networks"), network),
                 "IPAddress");
}

uint16_t port_of(const Json& labels) {
  const std::string text = text_of(labels, kPortLabel);
  uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

}  // namespace

RunState read_run_state(std::string_view word) {
  if (word == "created" || word == "configured" || word == "initialized") return RunState::kCreated;
  if (word == "exited" || word == "dead" || word == "removing" || word == "stopped") {
    return RunState::kExited;
  }
  return RunState::kRunning;
}

std::optional<ContainerRow> read_container_row(const Json& row, std::string_view installation,
                                               std::string_view network) {
  const auto key = key_from_labels(member(row, "Labels"), installation);
  if (!key) return std::nullopt;
  ContainerRow result;
  result.id = text_of(row, "Id");
  result.key = *key;
  result.state_text = text_of(row, "State");
  result.state = read_run_state(result.state_text);
  result.address = address_on(row, network);
  if (result.id.empty()) return std::nullopt;
  return result;
}

std::optional<ObservedReplica> read_container(const Json& inspection, std::string_view installation,
                                              std::string_view network, OutOfMemoryReport report) {
  const Json& labels = member(member(inspection, "Config"), "Labels");
  const auto key = key_from_labels(labels, installation);
  if (!key) return std::nullopt;
  const Json& state = member(inspection, "State");

  ObservedReplica seen;
  seen.key = *key;
  seen.engine_id = text_of(inspection, "Id");
  seen.state = read_run_state(text_of(state, "Status"));
  seen.image_digest = text_of(inspection, "Image");
  if (!seen.image_digest.empty() && !seen.image_digest.starts_with("sha256:")) {
    seen.image_digest.insert(0, "sha256:");  // podman leaves the algorithm out
  }
  if (seen.state != RunState::kCreated) seen.started_at = time_of(state, "StartedAt");
  if (seen.state == RunState::kRunning) {
    seen.host = address_on(inspection, network);
    seen.port = port_of(labels);
  }
  if (seen.state == RunState::kExited) {
    if (const Json& code = member(state, "ExitCode"); code.is_number_integer()) {
      seen.exit_code = code.get<int>();
    }
    const Json& oom = member(state, "OOMKilled");
    seen.out_of_memory = oom.is_boolean() && oom.get<bool>();
    // For a process that ends at once, Docker's two readings of the clock may stand in the wrong
    // order.
    seen.finished_at = std::max(time_of(state, "FinishedAt"), seen.started_at);
    seen.detail = text_of(state, "Error");
    const Json& limit = member(member(inspection, "HostConfig"), "Memory");
    if (report == OutOfMemoryReport::kPresumedFromKill && !seen.out_of_memory &&
        seen.exit_code == kExitOfSigkill && limit.is_number_integer() && limit.get<int64_t>() > 0) {
      seen.out_of_memory = true;
      seen.detail = fmt::format(
          "killed with SIGKILL, presumably for passing its memory limit of {} MiB (cgroup version "
          "1 does not tell)",
          limit.get<int64_t>() / (1024 * 1024));
    }
  } else if (seen.state == RunState::kCreated) {
    seen.detail = text_of(state, "Error");
  }
  return seen;
}

pid_t read_first_process(const Json& inspection) {
  const Json& pid = member(member(inspection, "State"), "Pid");
  return pid.is_number_integer() ? pid.get<pid_t>() : 0;
}

}  // namespace slipway::engine
