#include "control/workload_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/replica_trouble.h"
#include "domain/platform_environment.h"
#include "planner/backoff.h"

namespace slipway::control {

using domain::ReplicaKey;
using domain::ReplicaState;
using engine::ObservedReplica;
using engine::RunState;
using planner::Backoff;

namespace {

// The engine refused an order without saying that the replica is at fault: ask again soon.
constexpr std::chrono::seconds kOrderAgain{1};

}  // namespace

WorkloadMachine::WorkloadMachine(std::string deployment_id, engine::Capabilities capabilities,
                                 Random& random)
    : deployment_id_(std::move(deployment_id)),
      capabilities_(std::move(capabilities)),
      random_(random) {}

void WorkloadMachine::apply(const engine::Workload& workload, Monotonic now) {
  removing_ = false;
  if (workload_ == workload) return;
  // That its group was switched on is an attempt as fresh as its owner's own change.
  const bool anew =
      !workload_ || workload_->generation != workload.generation || workload_->run != workload.run;
  workload_ = workload;
  if (!anew) return;
  // A change by its owner is a fresh attempt: nothing is held back for what failed before.
  for (auto& [key, memory] : memory_) {
    if (key.revision != workload.wanted.key_revision()) continue;
    memory.failures = 0;
    memory.not_before = {};
    memory.cause.clear();
    memory.log_pending = false;
  }
  std::erase_if(memory_, [&](const auto& entry) {
    return revision_of(entry.first.revision) == nullptr && !replicas_.contains(entry.first);
  });
  images_.clear();
  start_error_.reset();
  deadline_ = now + workload.wanted.spec.progress_deadline;
  if (!settle_until_) settle_until_ = now + kSettleTime;
}

void WorkloadMachine::remove() { removing_ = true; }

bool WorkloadMachine::gone() const { return removing_ && replicas_.empty(); }

const engine::WorkloadRevision* WorkloadMachine::revision_of(int64_t key_revision) const {
  if (!workload_) return nullptr;
  if (workload_->wanted.key_revision() == key_revision) return &workload_->wanted;
  if (workload_->proven && workload_->proven->key_revision() == key_revision) {
    return &*workload_->proven;
  }
  return nullptr;
}

std::string WorkloadMachine::run_of(const ObservedReplica& replica) {
  return fmt::format("{}@{}", replica.engine_id, to_unix_micros(replica.started_at));
}

void WorkloadMachine::enter(Tracked& tracked, ReplicaState state, Monotonic now, Timestamp wall) {
  if (tracked.state == state) return;
  tracked.state = state;
  tracked.since = now;
  tracked.since_wall = wall;
  tracked.log_asked = false;
}

// For people: a start takes its time, and only then its failing probes mean something.
bool WorkloadMachine::is_late(const Tracked& tracked) const {
  if (tracked.state == ReplicaState::kUnready) return true;
  return tracked.state == ReplicaState::kStarting && tracked.order == Order::kNone &&
         (plan_.past_deadline || stepped_at_ - tracked.since >= kQuietStart);
}

bool WorkloadMachine::see(std::span<const ObservedReplica> replicas, uint64_t began, Monotonic now,
                          Timestamp wall) {
  bool news = false;
  for (const ObservedReplica& replica : replicas) {
    auto at = replicas_.find(replica.key);
    if (at != replicas_.end()) at->second.listed = began;
    if (const auto removed = removed_.find(replica.key);
        removed != removed_.end() && removed->second > began) {
      continue;
    }
    if (at == replicas_.end()) {
      at = replicas_.try_emplace(replica.key).first;
      news = true;
      at->second.listed = began;
      at->second.since = now;
      at->second.since_wall = wall;
      if (memory_[replica.key].starts == 0) memory_[replica.key].starts = 1;
    }
    Tracked& tracked = at->second;
    if (tracked.order != Order::kNone || tracked.order_ended > began) continue;
    if (!tracked.observed.engine_id.empty() && tracked.observed.state == RunState::kRunning &&
        replica.state == RunState::kRunning && !engine::same_run(tracked.observed, replica) &&
        tracked.state != ReplicaState::kDraining) {
      // Somebody else restarted it: nothing that was known of it holds.
      enter(tracked, ReplicaState::kStarting, now, wall);
      tracked.asked_once = false;
      tracked.failed_probes = 0;
    }
    news = news || tracked.observed != replica;
    tracked.observed = replica;
    if (replica.state == RunState::kExited) {
      if (tracked.state != ReplicaState::kExited) note_end(replica.key, tracked, now, wall);
    } else if (replica.state == RunState::kCreated && tracked.state == ReplicaState::kStarting &&
               now - tracked.since >= kNeverStartedAfter) {
      // Not a failure of the image: it is taken away and made anew without a pause.
      enter(tracked, ReplicaState::kExited, now, wall);
      tracked.cause = "was created but never started";
      news = true;
    } else if (replica.ready) {
      news |= note_probe(tracked,
                         {.ready = *replica.ready, .cause = *replica.ready ? "" : "is not ready"},
                         now, wall);
    }
  }
  std::erase_if(removed_, [&](const auto& entry) { return entry.second <= began; });

  for (auto it = replicas_.begin(); it != replicas_.end();) {
    const auto& [key, tracked] = *it;
    if (tracked.listed == began || tracked.order != Order::kNone || tracked.order_ended > began) {
      ++it;
      continue;
    }
    if (tracked.state != ReplicaState::kDraining && tracked.state != ReplicaState::kExited) {
      note_failure(key, now, wall);
      memory_[key].cause = "was removed from the engine by somebody else";
    }
    it = replicas_.erase(it);
    news = true;
  }
  return news;
}

bool WorkloadMachine::at_rest() const {
  if (!workload_ || !planned_once_ || removing_) return false;
  if (workload_->run && !plan_.complete) return false;
  return std::all_of(replicas_.begin(), replicas_.end(), [](const auto& entry) {
    const Tracked& tracked = entry.second;
    return tracked.order == Order::kNone && tracked.state == ReplicaState::kReady &&
           tracked.routable && tracked.handed_out;
  });
}

void WorkloadMachine::note_end(const ReplicaKey& key, Tracked& tracked, Monotonic now,
                               Timestamp wall) {
  const bool was_asked_to = tracked.state == ReplicaState::kDraining;
  const bool had_recovered =
      tracked.state == ReplicaState::kReady && now - tracked.since >= Backoff::kForgivenAfter;
  enter(tracked, ReplicaState::kExited, now, wall);
  const engine::WorkloadRevision* revision = revision_of(key.revision);
  tracked.cause =
      cause_of_exit(tracked.observed, revision ? revision->instance_type.memory_bytes : 0, {});
  if (was_asked_to) return;
  Memory& memory = memory_[key];
  if (had_recovered) memory.failures = 0;
  note_failure(key, now, wall);
  // The cause of the failure before stays until the last words of this one are known.
  memory.ended = tracked.observed;
  memory.log_wanted = memory.log_pending = true;
}

void WorkloadMachine::note_failure(const ReplicaKey& key, Monotonic now, Timestamp wall) {
  Memory& memory = memory_[key];
  ++memory.failures;
  memory.not_before = now + planner::backoff_delay(memory.failures, random_.next_u64());
  memory.failed_at = wall;
  memory.log_wanted = memory.log_pending = false;
}

bool WorkloadMachine::note_probe(Tracked& tracked, const ProbeOutcome& outcome, Monotonic now,
                                 Timestamp wall) {
  const bool is_news = !tracked.asked_once || tracked.cause != outcome.cause;
  tracked.asked_once = true;
  if (tracked.state != ReplicaState::kExited) tracked.cause = outcome.cause;
  tracked.failed_probes = outcome.ready ? 0 : tracked.failed_probes + 1;
  if (tracked.state == ReplicaState::kDraining || tracked.state == ReplicaState::kExited) {
    return false;
  }
  const ReplicaState before = tracked.state;
  if (outcome.ready) {
    enter(tracked, ReplicaState::kReady, now, wall);
  } else if (tracked.state == ReplicaState::kReady &&
             (capabilities_.reports_readiness || tracked.failed_probes >= kUnreadyAfter)) {
    enter(tracked, ReplicaState::kUnready, now, wall);
  }
  return is_news || tracked.state != before;
}

bool WorkloadMachine::probed(const ReplicaKey& key, const std::string& run,
                             const ProbeOutcome& outcome, Monotonic now, Timestamp wall) {
  const auto at = replicas_.find(key);
  if (at == replicas_.end() || run_of(at->second.observed) != run) return false;
  return note_probe(at->second, outcome, now, wall);
}

void WorkloadMachine::image_done(int64_t revision, const Result<void>& outcome,
                                 std::chrono::milliseconds took, Monotonic now) {
  ImageState& image = images_[revision];
  if (outcome) {
    image = {.state = ImageState::kPresent, .not_before = {}, .error = {}, .took = took};
    return;
  }
  image.state = ImageState::kUnknown;
  image.error = outcome.error();
  image.not_before = now + planner::backoff_delay(++image.failures, random_.next_u64());
}

void WorkloadMachine::started(const ReplicaKey& key, const Result<void>& outcome, uint64_t stamp,
                              Monotonic now, Timestamp wall) {
  const auto at = replicas_.find(key);
  if (at == replicas_.end()) return;
  Tracked& tracked = at->second;
  tracked.order = Order::kNone;
  tracked.order_ended = stamp;
  if (outcome) {
    start_error_.reset();
    return;
  }
  const Error& error = outcome.error();
  replicas_.erase(at);
  removed_[key] = stamp;
  start_error_ = error;
  images_[key.revision].state = ImageState::kUnknown;
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kDeadline) {
    memory_[key].not_before = now + kOrderAgain;  // not the image's fault
    return;
  }
  note_failure(key, now, wall);
  memory_[key].cause = "cannot be started: " + error.message;
}

void WorkloadMachine::stopped(const ReplicaKey& key, const Result<void>& outcome, uint64_t stamp,
                              Monotonic now) {
  const auto at = replicas_.find(key);
  if (at == replicas_.end()) return;
  if (outcome) {
    replicas_.erase(at);
    removed_[key] = stamp;
    return;
  }
  at->second.order = Order::kNone;
  at->second.order_ended = stamp;
  at->second.stop_again_at = now + kOrderAgain;
}

void WorkloadMachine::logs_fetched(const ReplicaKey& key, std::vector<engine::LogLine> lines) {
  Memory& memory = memory_[key];
  memory.log = std::move(lines);
  if (!memory.log_pending) return;  // the log of a replica that lives
  memory.log_pending = false;
  const engine::WorkloadRevision* revision = revision_of(key.revision);
  const std::string cause =
      cause_of_exit(memory.ended, revision ? revision->instance_type.memory_bytes : 0, memory.log);
  memory.cause = cause;
  const auto at = replicas_.find(key);
  if (at != replicas_.end() && at->second.state == ReplicaState::kExited) at->second.cause = cause;
}

bool WorkloadMachine::settling(Monotonic now) const {
  if (!workload_ || removing_ || replicas_.empty()) return false;
  // Before the first plan nothing is routable, which must not be taken for the truth.
  return !planned_once_ || has_unasked(now);
}

bool WorkloadMachine::has_unasked(Monotonic now) const {
  if (!settle_until_ || now >= *settle_until_) return false;
  return std::any_of(replicas_.begin(), replicas_.end(), [](const auto& entry) {
    const Tracked& tracked = entry.second;
    // One that shall go anyway is not waited for: its going waits for the snapshot without it.
    const bool settled = tracked.state == ReplicaState::kReady ||
                         tracked.state == ReplicaState::kDraining ||
                         tracked.failed_probes >= kUnreadyAfter;
    return tracked.observed.state == RunState::kRunning && !settled && tracked.order_ended == 0 &&
           tracked.order == Order::kNone;
  });
}

planner::Resources WorkloadMachine::wanted_size() const {
  return workload_ ? planner::size_of(workload_->wanted.instance_type) : planner::Resources{};
}

planner::Resources WorkloadMachine::placed() const {
  planner::Resources total;
  for (const auto& [key, tracked] : replicas_) {
    if (tracked.state == ReplicaState::kExited) continue;
    const engine::WorkloadRevision* revision = revision_of(key.revision);
    const planner::Resources one =
        revision ? planner::size_of(revision->instance_type) : wanted_size();
    total.cpu_millis += one.cpu_millis;
    total.memory_bytes += one.memory_bytes;
  }
  return total;
}

bool WorkloadMachine::wanted_is_broken() const {
  if (!workload_) return false;
  const int64_t revision = workload_->wanted.key_revision();
  for (const auto& [key, memory] : memory_) {
    if (key.revision == revision && key.ordinal < workload_->wanted.spec.replicas &&
        memory.failures >= kBrokenAfter) {
      return true;
    }
  }
  return false;
}

planner::Desired WorkloadMachine::desired() const {
  planner::Desired desired{.deployment_id = deployment_id_, .run = !removing_};
  if (!workload_) return desired;
  desired.run = workload_->run && !removing_;
  desired.wanted = {.revision = workload_->wanted.key_revision(),
                    .replicas = workload_->wanted.spec.replicas};
  desired.drain_time = workload_->wanted.spec.drain_time;
  if (workload_->proven) {
    desired.proven = {.revision = workload_->proven->key_revision(),
                      .replicas = workload_->proven->spec.replicas};
  }
  desired.deadline = deadline_;
  desired.wanted_is_broken = wanted_is_broken();
  return desired;
}

const engine::Workload* WorkloadMachine::limited_workload() const {
  return workload_ && workload_->quota != domain::Quota{} ? &*workload_ : nullptr;
}

std::optional<planner::ShareAsked> WorkloadMachine::share_asked() const {
  if (!workload_) return std::nullopt;
  planner::ShareAsked asked{
      .deployment_id = deployment_id_,
      .accepted_at = workload_->accepted_at,
      .wanted = workload_->run && !removing_ ? workload_->wanted.spec.replicas : 0,
      .one = domain::size_of(workload_->wanted.instance_type),
      .held = held_};
  for (const auto& [key, tracked] : replicas_) {
    if (tracked.state == ReplicaState::kExited) continue;
    const engine::WorkloadRevision* revision = revision_of(key.revision);
    asked.lives = asked.lives + (revision ? domain::size_of(revision->instance_type) : asked.one);
    asked.lives.deployments = 1;
  }
  return asked;
}

planner::Situation WorkloadMachine::situation(int room, const planner::Share* share,
                                              const engine::RoutingConfirmed& confirmed,
                                              Monotonic now) const {
  planner::Situation situation{.room = room, .now = now};
  if (share != nullptr && workload_) {
    situation.room = std::min(room, share->headroom);
    const domain::Usage wanted = domain::size_of(workload_->wanted.instance_type);
    situation.budget = {
        .left = share->budget,
        .wanted = wanted,
        .older = workload_->proven ? domain::size_of(workload_->proven->instance_type) : wanted};
  }
  for (const auto& [key, tracked] : replicas_) {
    situation.replicas.push_back(
        {.key = key,
         .state = tracked.state,
         .since = tracked.since,
         .in_use = tracked.handed_out || confirmed.in_use(key),
         .everywhere = confirmed.everywhere(key),
         .leaving = tracked.order == Order::kStop ||
                    (tracked.stop_again_at && *tracked.stop_again_at > now)});
  }
  for (const auto& [key, memory] : memory_) {
    if (memory.failures > 0 || memory.not_before > now) {
      situation.not_before[key] = memory.not_before;
    }
  }
  return situation;
}

WorkloadOrders WorkloadMachine::step(int room, const planner::Share* share,
                                     const engine::RoutingConfirmed& confirmed, Monotonic now) {
  WorkloadOrders orders;
  stepped_at_ = now;
  const int places = static_cast<int>(replicas_.size());
  held_ = std::min(share != nullptr ? share->granted : places, std::max(held_, places));
  waits_ = share != nullptr ? share->waits : "";
  if (!workload_ && !removing_) return orders;  // not ours to touch before control says so
  order_probes(&orders);
  if (workload_ && !removing_ && has_unasked(now)) {
    orders.wake_at = settle_until_;
    return orders;
  }

  // A replica that cannot be in use any more when it starts to drain ends in the second round.
  for (int round = 0; round < 2; ++round) {
    plan_ = planner::plan_rollout(desired(), situation(room, share, confirmed, now));
    for (const ReplicaKey& key : plan_.drain) {
      Tracked& tracked = replicas_.at(key);
      tracked.state = ReplicaState::kDraining;
      tracked.since = now;
    }
    for (const ReplicaKey& key : plan_.stop) {
      Tracked& tracked = replicas_.at(key);
      tracked.order = Order::kStop;
      tracked.stop_again_at.reset();
      orders.stops.push_back(key);
      if (!tracked.probed_run.empty()) orders.unprobes.push_back(key);
      tracked.probed_run.clear();
    }
    if (workload_) order_starts(plan_, now, &orders);
    if (plan_.drain.empty()) break;
  }
  planned_once_ = true;
  if (plan_.complete) {
    deadline_.reset();
  } else if (workload_ && !deadline_) {
    deadline_ = now + workload_->wanted.spec.progress_deadline;  // it was complete, and is not now
  }

  for (auto& [key, tracked] : replicas_) tracked.routable = false;
  for (const ReplicaKey& key : plan_.routable) replicas_.at(key).routable = true;

  for (auto& [key, memory] : memory_) {
    if (!memory.log_wanted) continue;
    memory.log_wanted = false;
    orders.logs.push_back(key);
  }
  for (auto& [key, tracked] : replicas_) {
    if (!is_late(tracked) || tracked.log_asked || removing_) continue;
    tracked.log_asked = true;
    orders.logs.push_back(key);
  }
  const auto wake = [&](Monotonic at) {
    orders.wake_at = orders.wake_at ? std::min(*orders.wake_at, at) : at;
  };
  if (plan_.wake_at) wake(*plan_.wake_at);
  for (const auto& [key, tracked] : replicas_) {
    if (tracked.stop_again_at && *tracked.stop_again_at > now) wake(*tracked.stop_again_at);
    if (tracked.state == ReplicaState::kStarting && now < tracked.since + kQuietStart) {
      wake(tracked.since + kQuietStart);
    }
  }
  for (const auto& [revision, image] : images_) {
    if (image.state == ImageState::kUnknown && image.not_before > now) wake(image.not_before);
  }
  return orders;
}

void WorkloadMachine::order_starts(const planner::Plan& plan, Monotonic now,
                                   WorkloadOrders* orders) {
  for (const ReplicaKey& key : plan.start) {
    const engine::WorkloadRevision* revision = revision_of(key.revision);
    if (revision == nullptr) continue;
    ImageState& image = images_[key.revision];
    if (image.state != ImageState::kPresent) {
      if (image.state == ImageState::kUnknown && image.not_before <= now) {
        image.state = ImageState::kFetching;
        orders->images.push_back({.revision = key.revision,
                                  .image = revision->spec.image,
                                  .group = workload_->group,
                                  .pull_secret = revision->spec.pull_secret});
      }
      continue;
    }
    Tracked& tracked = replicas_[key];
    tracked.observed.key = key;
    tracked.since = now;
    tracked.order = Order::kStart;
    ++memory_[key].starts;
    engine::ReplicaSpec spec;
    spec.key = key;
    spec.image = revision->spec.image;
    spec.port = revision->spec.port;
    spec.environment = domain::container_environment(key, revision->spec, revision->spec.port);
    spec.cpu_millis = revision->instance_type.cpu_millis;
    spec.memory_bytes = revision->instance_type.memory_bytes;
    spec.gpus = revision->instance_type.gpus;
    spec.gpu_resource = revision->instance_type.gpu_resource;
    orders->starts.push_back(std::move(spec));
  }
}

void WorkloadMachine::order_probes(WorkloadOrders* orders) {
  if (capabilities_.reports_readiness) return;
  for (auto& [key, tracked] : replicas_) {
    const bool askable = tracked.observed.state == RunState::kRunning && !removing_ &&
                         tracked.order != Order::kStop && !tracked.observed.host.empty() &&
                         tracked.observed.port != 0 && tracked.state != ReplicaState::kDraining &&
                         tracked.state != ReplicaState::kExited;
    if (!askable) {
      if (!tracked.probed_run.empty()) orders->unprobes.push_back(key);
      tracked.probed_run.clear();
      continue;
    }
    const engine::WorkloadRevision* revision = revision_of(key.revision);
    ProbeTarget target{.host = tracked.observed.host,
                       .port = tracked.observed.port,
                       .unix_socket = tracked.observed.unix_socket};
    if (revision) target.path = revision->spec.health_path;
    // The schedule itself knows what has not changed.
    tracked.probed_run = run_of(tracked.observed);
    orders->probes.push_back({.key = key, .run = tracked.probed_run, .target = target});
  }
}

std::optional<domain::ReplicaTrouble> WorkloadMachine::worst_trouble() const {
  if (!workload_ || !workload_->run || removing_) return std::nullopt;
  std::optional<domain::ReplicaTrouble> worst;
  int worst_rank = 0;
  const int64_t wanted = workload_->wanted.key_revision();
  const auto consider = [&](int rank, const ReplicaKey& key, Timestamp since,
                            const std::string& cause) {
    if (rank <= worst_rank || cause.empty()) return;
    worst_rank = rank;
    worst = {.replica = key.id(), .since = since, .cause = cause, .log_tail = {}};
    const auto at = memory_.find(key);
    if (at != memory_.end()) worst->log_tail = texts_of(at->second.log);
  };
  for (const auto& [key, memory] : memory_) {
    if (memory.failures == 0 || revision_of(key.revision) == nullptr) continue;
    const auto at = replicas_.find(key);
    if (at != replicas_.end() && at->second.state == ReplicaState::kReady) continue;
    consider(key.revision == wanted ? 5 : 3, key, memory.failed_at, memory.cause);
  }
  for (const auto& [key, tracked] : replicas_) {
    if (!is_late(tracked)) continue;
    if (tracked.state == ReplicaState::kUnready) {
      consider(key.revision == wanted ? 4 : 2, key, tracked.since_wall, tracked.cause);
    } else if (key.revision == wanted) {
      std::string cause = tracked.cause;
      constexpr std::string_view kDeaf = "does not listen on port ";
      if (cause.starts_with(kDeaf)) {
        cause = "never listened on port " + cause.substr(kDeaf.size());
      }
      consider(4, key, tracked.since_wall, cause);
    }
  }
  return worst;
}

std::string WorkloadMachine::image_of(int64_t revision) const {
  if (!workload_) return {};
  if (workload_->wanted.key_revision() == revision) return workload_->wanted.spec.image;
  if (workload_->proven && workload_->proven->key_revision() == revision) {
    return workload_->proven->spec.image;
  }
  return {};
}

engine::ObservedWorkload WorkloadMachine::view(bool* changed) {
  engine::ObservedWorkload out;
  out.deployment_id = deployment_id_;
  for (auto& [key, tracked] : replicas_) {
    const bool was_handed_out = tracked.handed_out;
    tracked.handed_out = tracked.routable;
    if (was_handed_out != tracked.handed_out) *changed = true;
    engine::WorkloadReplica replica;
    replica.observed = tracked.observed;
    replica.observed.key = key;
    replica.state = tracked.state;
    replica.state_since = tracked.since_wall;
    if (const auto at = memory_.find(key); at != memory_.end()) {
      replica.restarts = std::max(0, at->second.starts - 1);
    }
    const bool is_well =
        tracked.state == ReplicaState::kReady || tracked.state == ReplicaState::kDraining;
    const bool last_words_pending =
        tracked.state == ReplicaState::kExited && memory_[key].log_pending;
    if (!is_well && !last_words_pending) replica.trouble = tracked.cause;
    replica.routable = tracked.routable;
    replica.image = image_of(key.revision);
    out.replicas.push_back(std::move(replica));
  }
  if (!workload_) return out;
  out.generation = workload_->generation;
  out.progress = plan_.reason;
  if (!plan_.complete) out.waits = waits_;
  out.past_deadline = plan_.past_deadline;
  out.trouble = worst_trouble();
  if (!workload_->run || removing_) return out;
  out.failing = wanted_is_broken() && !plan_.complete && out.trouble;
  if (const auto at = images_.find(workload_->wanted.key_revision()); at != images_.end()) {
    const ImageState& image = at->second;
    out.image_took = image.took;
    if (image.error && !plan_.complete) {
      out.problem = image.error->message;
      out.failing |= image.error->code == ErrorCode::kNotFound ||
                     image.error->code == ErrorCode::kDenied ||
                     image.error->code == ErrorCode::kInvalid || image.failures >= kBrokenAfter;
    }
  }
  if (!out.problem && start_error_ && !plan_.complete) {
    out.problem = start_error_->message;
    out.failing |= start_error_->code == ErrorCode::kInvalid;
  }
  return out;
}

}  // namespace slipway::control
