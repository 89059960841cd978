#include "control/timeline.h"

#include <fmt/format.h>

namespace slipway::control {
namespace {

using domain::Event;
using domain::ReplicaState;
using engine::RunState;

std::string duration(Timestamp from, Timestamp to) {
  return format_duration(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::max(from, to) - from));
}

}  // namespace

std::vector<Event> Timeline::look(const engine::ObservedWorkload& observed,
                                  const domain::Spec& wanted, bool fresh, Timestamp now) {
  const auto [at, is_first] = seen_.try_emplace(observed.deployment_id);
  Seen& seen = at->second;
  const bool silent = is_first && !fresh;
  std::vector<Event> events;
  const auto tell = [&](std::string kind, const std::string& replica, std::string message) {
    if (silent) return;
    Event event;
    event.deployment_id = observed.deployment_id;
    event.time = now;
    event.kind = std::move(kind);
    event.replica = replica;
    event.message = std::move(message);
    events.push_back(std::move(event));
  };

  if (observed.image_took && seen.image_of != observed.generation) {
    seen.image_of = observed.generation;
    tell("pulled", "",
         fmt::format("image '{}' is here, after {}", wanted.image,
                     format_duration(*observed.image_took)));
  }
  std::map<std::string, SeenReplica> now_seen;
  for (const engine::WorkloadReplica& replica : observed.replicas) {
    const std::string id = replica.observed.key.id();
    SeenReplica next{.run = replica.observed.engine_id,
                     .state = replica.state,
                     .running = replica.observed.state != RunState::kCreated &&
                                !replica.observed.engine_id.empty()};
    const auto before_at = seen.replicas.find(id);
    const bool same_run = before_at != seen.replicas.end() && before_at->second.run == next.run;
    const SeenReplica before = same_run ? before_at->second : SeenReplica{};
    next.end_told = before.end_told;
    if (next.running && !before.running) {
      tell("started", id, fmt::format("runs as {}", next.run.substr(0, 12)));
    }
    if (next.state == ReplicaState::kReady && before.state != ReplicaState::kReady) {
      const bool again = before.state == ReplicaState::kUnready;
      tell("ready", id,
           again ? "answers its probe again"
                 : fmt::format("answers its probe, {} after its start",
                               duration(replica.observed.started_at, replica.state_since)));
    }
    if (next.state == ReplicaState::kUnready && before.state != ReplicaState::kUnready) {
      tell("unready", id, replica.trouble);
    }
    if (next.state == ReplicaState::kDraining && before.state != ReplicaState::kDraining) {
      tell("draining", id, "gets no new requests; ends when the last one is answered");
    }
    if (next.state == ReplicaState::kExited && !next.end_told && !replica.trouble.empty()) {
      next.end_told = true;
      tell("failed", id, replica.trouble);
    }
    now_seen.emplace(id, std::move(next));
  }
  for (const auto& [id, before] : seen.replicas) {
    if (!now_seen.contains(id) && before.running) tell("stopped", id, "ended and was removed");
  }
  seen.replicas = std::move(now_seen);
  return events;
}

Event Timeline::routed(const domain::Deployment& deployment, const domain::Status& status,
                       Timestamp now) {
  Event event;
  event.deployment_id = deployment.id;
  event.time = now;
  event.kind = "routed";
  event.message = fmt::format("every gateway routes to revision {}, {} after it was accepted",
                              status.serving_revision, duration(deployment.updated_at, now));
  return event;
}

void Timeline::forget(const std::string& deployment_id) { seen_.erase(deployment_id); }

}  // namespace slipway::control
