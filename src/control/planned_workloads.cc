#include "control/planned_workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/replica_trouble.h"

namespace slipway::control {

using domain::ReplicaKey;
using engine::ObservedReplica;
using engine::ObservedWorkload;

namespace {

// Orders block on the engine; more at once would only queue up inside it.
constexpr size_t kImageThreads = 4;
constexpr size_t kStartThreads = 8;
constexpr size_t kStopThreads = 8;
constexpr size_t kLogThreads = 2;
constexpr std::chrono::milliseconds kPullIsNews{200};

planner::Resources resources_of(const std::optional<engine::Capacity>& node) {
  if (!node) return {};
  return {.cpu_millis = node->cpu_millis, .memory_bytes = node->memory_bytes};
}

}  // namespace

class PlannedWorkloads::Listener final : public engine::Watch {
 public:
  Listener(PlannedWorkloads& owner, std::function<void(const std::string&)> on_hint)
      : owner_(owner), on_hint_(std::move(on_hint)) {
    const std::lock_guard lock(owner_.listeners_mutex_);
    owner_.listeners_.push_back(this);
  }
  ~Listener() override {
    const std::lock_guard lock(owner_.listeners_mutex_);
    owner_.listeners_.remove(this);
  }
  void tell(const std::string& deployment_id) { on_hint_(deployment_id); }

 private:
  PlannedWorkloads& owner_;
  const std::function<void(const std::string&)> on_hint_;
};

PlannedWorkloads::PlannedWorkloads(const PlannedWorkloadsParts& parts)
    : engine_(parts.engine),
      credentials_(parts.credentials),
      confirmed_(parts.confirmed),
      collector_(parts.logs),
      clock_(parts.clock),
      random_(parts.random),
      logger_(parts.logger.named("workloads")),
      capabilities_(parts.engine.capabilities()),
      images_(std::make_unique<os::ThreadPool>("image", kImageThreads)),
      starts_(std::make_unique<os::ThreadPool>("start", kStartThreads)),
      stops_(std::make_unique<os::ThreadPool>("stop", kStopThreads)),
      logs_(std::make_unique<os::ThreadPool>("log-tail", kLogThreads)),
      probes_(std::make_unique<ProbeSchedule>(
          parts.prober, [this](const ReplicaKey& key, const std::string& run,
                               const ProbeOutcome& outcome) { take_probe(key, run, outcome); })) {
  engine_watch_ = engine_.watch([this] {
    {
      const std::lock_guard lock(mutex_);
      look_now_ = true;
    }
    wake_.notify_all();
  });
  loop_ = std::thread([this] { run(); });
}

PlannedWorkloads::~PlannedWorkloads() {
  engine_watch_.reset();
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  loop_.join();
  probes_.reset();
  images_.reset();
  starts_.reset();
  stops_.reset();
  logs_.reset();
}

engine::Capabilities PlannedWorkloads::capabilities() const { return capabilities_; }
Result<void> PlannedWorkloads::ping() { return engine_.ping(); }
Result<engine::Capacity> PlannedWorkloads::capacity() { return engine_.capacity(); }

engine::CredentialLookup PlannedWorkloads::credentials_of(std::string group,
                                                          std::string pull_secret) const {
  if (credentials_ == nullptr) return {};
  return [this, group = std::move(group),
          pull_secret = std::move(pull_secret)](const std::string& registry) {
    return credentials_->find(group, pull_secret, registry);
  };
}

engine::ImageSight PlannedWorkloads::find_image(const engine::WantedImage& wanted) {
  return engine_.find_image(wanted.image, credentials_of(wanted.group, wanted.pull_secret));
}

int PlannedWorkloads::room_for(const domain::InstanceType& type) {
  const std::lock_guard lock(mutex_);
  const planner::Resources one{.cpu_millis = type.cpu_millis, .memory_bytes = type.memory_bytes};
  return planner::surge_room(resources_of(node_), placed(), one);
}

Result<void> PlannedWorkloads::logs(const ReplicaKey& key, const engine::LogQuery& query,
                                    const engine::LogSink& sink) {
  return engine_.logs(key, query, sink);
}

PlannedWorkloads::Slot& PlannedWorkloads::slot(const std::string& deployment_id) {
  const auto at = slots_.find(deployment_id);
  if (at != slots_.end()) return at->second;
  return slots_
      .emplace(deployment_id,
               Slot{.machine = {deployment_id, capabilities_, random_}, .wake_at = {}})
      .first->second;
}

Result<void> PlannedWorkloads::apply(const engine::Workload& workload) {
  {
    const std::lock_guard lock(mutex_);
    Slot& target = slot(workload.deployment_id);
    target.machine.apply(workload, clock_.monotonic());
    target.dirty = work_ = true;
    groups_[workload.group].insert(workload.deployment_id);
    touch_group_of(target.machine);
  }
  wake_.notify_all();
  return {};
}

Result<void> PlannedWorkloads::remove(const std::string& deployment_id) {
  with_machine(deployment_id, [](WorkloadMachine& machine) { machine.remove(); });
  return {};
}

void PlannedWorkloads::routing_changed() {
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, target] : slots_) {
      if (target.dirty || target.machine.at_rest()) continue;
      target.dirty = work_ = true;
    }
  }
  wake_.notify_all();
}

void PlannedWorkloads::with_machine(const std::string& deployment_id,
                                    const std::function<void(WorkloadMachine&)>& change) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = slots_.find(deployment_id);
    if (at == slots_.end()) return;
    change(at->second.machine);
    at->second.dirty = work_ = true;
    touch_group_of(at->second.machine);
  }
  wake_.notify_all();
}

// Under the lock.
ObservedWorkload PlannedWorkloads::view_of(Slot& target) {
  bool changed = false;
  ObservedWorkload view = target.machine.view(&changed);
  if (engine_problem_) view.problem = engine_problem_;
  if (changed) target.dirty = work_ = true;
  return view;
}

Result<std::vector<ObservedWorkload>> PlannedWorkloads::observe(
    const std::optional<std::set<std::string>>& only) {
  std::vector<ObservedWorkload> views;
  {
    const std::lock_guard lock(mutex_);
    if (!seen_once_) {
      return fail(ErrorCode::kUnavailable,
                  engine_problem_.value_or("the engine has not been asked yet what runs"));
    }
    const Monotonic now = clock_.monotonic();
    for (const auto& [id, target] : slots_) {
      if (!engine_problem_ && target.machine.settling(now)) {
        return fail(ErrorCode::kUnavailable,
                    fmt::format("the replicas of '{}' that were found running have not answered "
                                "their probes yet",
                                id));
      }
    }
    if (only) {
      for (const std::string& id : *only) {
        if (const auto at = slots_.find(id); at != slots_.end()) {
          views.push_back(view_of(at->second));
        }
      }
    } else {
      for (auto& [id, target] : slots_) views.push_back(view_of(target));
    }
  }
  wake_.notify_all();
  return views;
}

std::unique_ptr<engine::Watch> PlannedWorkloads::watch(
    std::function<void(const std::string&)> on_hint) {
  return std::make_unique<Listener>(*this, std::move(on_hint));
}

void PlannedWorkloads::tell(const std::vector<std::string>& deployment_ids) {
  const std::lock_guard lock(listeners_mutex_);
  for (const std::string& id : deployment_ids) {
    for (Listener* listener : listeners_) listener->tell(id);
  }
}

void PlannedWorkloads::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (look_now_ || clock_.monotonic() >= next_look_) look_at_engine(lock);
    if (ending_) break;
    const std::vector<std::string> touched = plan_all();
    if (!touched.empty()) {
      lock.unlock();
      tell(touched);
      lock.lock();
    }
    if (work_ || look_now_ || ending_) continue;
    Monotonic next = next_look_;
    for (const auto& [id, target] : slots_) {
      if (target.wake_at) next = std::min(next, *target.wake_at);
    }
    wake_.wait_until(lock, next, [&] { return work_ || look_now_ || ending_; });
  }
}

void PlannedWorkloads::look_at_engine(std::unique_lock<std::mutex>& lock) {
  look_now_ = false;
  const uint64_t began = ++stamp_;
  const bool needs_capacity = !node_;
  const bool is_routine = clock_.monotonic() >= next_look_;
  lock.unlock();
  Result<std::vector<ObservedReplica>> replicas = engine_.observe();
  std::optional<engine::Capacity> node;
  if (replicas && needs_capacity) {
    if (const Result<engine::Capacity> capacity = engine_.capacity()) node = *capacity;
  }
  lock.lock();
  if (node) node_ = node;
  // Between two routine looks only those are planned of which this one tells something new.
  plan_everything_ |= is_routine || !replicas || engine_problem_;
  work_ = true;
  if (!replicas) {
    if (engine_problem_ != replicas.error().message) {
      logger_.warn("the engine cannot be observed", {{"error", replicas.error().message}});
    }
    engine_problem_ = replicas.error().message;
    node_.reset();
    next_look_ = clock_.monotonic() + engine_retry_;
    engine_retry_ = std::min(engine_retry_ * 2, kEngineRetryLongest);
    return;
  }
  if (engine_problem_) logger_.info("the engine answers again");
  engine_problem_.reset();
  engine_retry_ = kEngineRetryFirst;
  next_look_ = clock_.monotonic() + kResync;
  take_observation(std::move(*replicas), began);
  seen_once_ = true;
}

void PlannedWorkloads::take_observation(std::vector<ObservedReplica> replicas, uint64_t began) {
  // In the order of slots_, so that one walk through both brings them together.
  const auto by_key = [](const ObservedReplica& a, const ObservedReplica& b) {
    return a.key < b.key;
  };
  if (!std::is_sorted(replicas.begin(), replicas.end(), by_key)) {
    std::sort(replicas.begin(), replicas.end(), by_key);
  }
  if (collector_ != nullptr) collector_->see(replicas);
  const std::string* before = nullptr;
  for (const ObservedReplica& replica : replicas) {
    const std::string& id = replica.key.deployment_id;
    if (before == nullptr || *before != id) slot(id);
    before = &id;
  }
  const Monotonic now = clock_.monotonic();
  const Timestamp wall = clock_.now();
  auto next = replicas.cbegin();
  for (auto& [id, target] : slots_) {
    const auto first = next;
    while (next != replicas.cend() && next->key.deployment_id == id) ++next;
    target.dirty |= target.machine.see({first, next}, began, now, wall);
  }
}

planner::Resources PlannedWorkloads::placed() const {
  planner::Resources placed;
  for (const auto& [id, target] : slots_) {
    const planner::Resources one = target.machine.placed();
    placed.cpu_millis += one.cpu_millis;
    placed.memory_bytes += one.memory_bytes;
  }
  return placed;
}

void PlannedWorkloads::touch_group_of(const WorkloadMachine& machine) {
  const engine::Workload* limited = machine.limited_workload();
  if (limited == nullptr) return;
  for (const std::string& id : groups_[limited->group]) {
    if (const auto at = slots_.find(id); at != slots_.end()) at->second.dirty = true;
  }
}

PlannedWorkloads::Shares PlannedWorkloads::shares_of(const engine::Workload& member) const {
  std::vector<planner::ShareAsked> asked;
  const auto members = groups_.find(member.group);
  if (members != groups_.end()) {
    for (const std::string& id : members->second) {
      const auto at = slots_.find(id);
      if (at == slots_.end()) continue;
      if (auto one = at->second.machine.share_asked()) asked.push_back(std::move(*one));
    }
  }
  return planner::share_quota(member.group, member.quota, std::move(asked));
}

// The deployments that were planned, for whom watches.
std::vector<std::string> PlannedWorkloads::plan_all() {
  work_ = false;
  const bool everything = std::exchange(plan_everything_, false);
  std::vector<std::string> touched;
  const Monotonic now = clock_.monotonic();
  std::map<std::string, Shares> shares;  // by group, as far as they were needed
  planner::Resources placed = this->placed();
  for (auto it = slots_.begin(); it != slots_.end();) {
    auto& [id, target] = *it;
    if (!everything && !target.dirty && !(target.wake_at && *target.wake_at <= now)) {
      ++it;
      continue;
    }
    target.dirty = false;
    target.wake_at.reset();
    touched.push_back(id);
    // Without the engine every order would fail and look like the replica's fault.
    if (!engine_problem_ && seen_once_) {
      const planner::Resources one = target.machine.wanted_size();
      const int room = planner::surge_room(resources_of(node_), placed, one);
      WorkloadOrders orders;
      if (const engine::Workload* limited = target.machine.limited_workload()) {
        const auto [known, is_new] = shares.try_emplace(limited->group);
        if (is_new) known->second = shares_of(*limited);
        orders = target.machine.step(room, &known->second.at(id), confirmed_, now);
        // What was just started is not left for the next one of the group.
        if (!orders.starts.empty()) shares.erase(known);
      } else {
        orders = target.machine.step(room, nullptr, confirmed_, now);
      }
      target.wake_at = orders.wake_at;
      placed.cpu_millis += one.cpu_millis * static_cast<int64_t>(orders.starts.size());
      placed.memory_bytes += one.memory_bytes * static_cast<int64_t>(orders.starts.size());
      carry_out(id, std::move(orders));
    }
    if (!target.machine.gone()) {
      ++it;
      continue;
    }
    for (auto& [group, members] : groups_) members.erase(id);
    it = slots_.erase(it);
  }
  return touched;
}

// Under the lock; a pool that is ending refuses, and then nothing matters any more.
void PlannedWorkloads::carry_out(const std::string& deployment_id, WorkloadOrders orders) {
  for (auto& image : orders.images) {
    (void)images_->post(
        [this, deployment_id, image = std::move(image)] { fetch_image(deployment_id, image); });
  }
  for (auto& spec : orders.starts) {
    (void)starts_->post([this, spec = std::move(spec)] { start(spec); });
  }
  for (const auto& key : orders.stops) {
    (void)stops_->post([this, key] { stop(key); });
  }
  for (const auto& key : orders.logs) {
    (void)logs_->post([this, key] { fetch_log(key); });
  }
  for (const auto& key : orders.unprobes) probes_->forget(key);
  for (const auto& probe : orders.probes) probes_->watch(probe.key, probe.run, probe.target);
}

// What is queued when we end is not carried out: the next start finds out again what to do.
bool PlannedWorkloads::is_ending() {
  const std::lock_guard lock(mutex_);
  return ending_;
}

void PlannedWorkloads::fetch_image(const std::string& deployment_id,
                                   const WorkloadOrders::Image& image) {
  if (is_ending()) return;
  const Monotonic begin = clock_.monotonic();
  const Result<void> outcome =
      engine_.ensure_image(image.image, credentials_of(image.group, image.pull_secret));
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - begin);
  // One that was at hand is no news.
  if (collector_ != nullptr && (!outcome || took >= kPullIsNews)) {
    collector_->note(deployment_id, logs::Stream::kPull,
                     outcome
                         ? fmt::format("{} is here after {}", image.image, format_duration(took))
                         : outcome.error().message);
  }
  with_machine(deployment_id, [&](WorkloadMachine& machine) {
    machine.image_done(image.revision, outcome, took, clock_.monotonic());
    if (!outcome && outcome.error().code == ErrorCode::kUnavailable) look_now_ = true;
  });
}

void PlannedWorkloads::start(const engine::ReplicaSpec& spec) {
  if (is_ending()) return;
  const Result<void> outcome = engine_.start(spec);
  if (!outcome) {
    logger_.warn("a replica cannot be started",
                 {{"replica", spec.key.id()}, {"error", outcome.error().message}});
  }
  with_machine(spec.key.deployment_id, [&](WorkloadMachine& machine) {
    machine.started(spec.key, outcome, ++stamp_, clock_.monotonic(), clock_.now());
    look_now_ = true;
  });
}

void PlannedWorkloads::stop(const ReplicaKey& key) {
  if (is_ending()) return;
  const bool by_itself = collector_ != nullptr && collector_->has_exited(key);
  const Result<void> outcome = engine_.stop(key, kStopGrace, [&] {
    if (collector_ != nullptr) collector_->finish(key, by_itself);
  });
  if (!outcome) {
    logger_.warn("a replica cannot be stopped",
                 {{"replica", key.id()}, {"error", outcome.error().message}});
  }
  with_machine(key.deployment_id, [&](WorkloadMachine& machine) {
    machine.stopped(key, outcome, ++stamp_, clock_.monotonic());
    if (!outcome) look_now_ = true;
  });
}

void PlannedWorkloads::fetch_log(const ReplicaKey& key) {
  if (is_ending()) return;
  std::vector<engine::LogLine> lines;
  // Whatever came before an error is worth showing; a log that is gone has nothing to say.
  (void)engine_.logs(key, {.tail = kTroubleLogLines, .follow = false},
                     [&](const engine::LogLine* line) {
                       if (line != nullptr) lines.push_back(*line);
                       return true;
                     });
  with_machine(key.deployment_id,
               [&](WorkloadMachine& machine) { machine.logs_fetched(key, std::move(lines)); });
}

void PlannedWorkloads::take_probe(const ReplicaKey& key, const std::string& run,
                                  const ProbeOutcome& outcome) {
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    const auto at = slots_.find(key.deployment_id);
    if (at == slots_.end()) return;
    changed = at->second.machine.probed(key, run, outcome, clock_.monotonic(), clock_.now());
    if (changed) at->second.dirty = work_ = true;
  }
  if (changed) wake_.notify_all();
}

}  // namespace slipway::control
