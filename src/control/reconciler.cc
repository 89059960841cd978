#include "control/reconciler.h"

#include <fmt/format.h>

#include "control/deployment_route.h"
#include "control/status_of.h"
#include "store/deployments.h"
#include "store/events.h"
#include "store/statuses.h"

namespace slipway::control {

using domain::Desire;
using domain::Phase;
using domain::Status;

namespace {
// How a status's reason says that replicas wait for the group's quota (status_of.h).
constexpr std::string_view kWaits = "waits: ";
}  // namespace

Reconciler::Reconciler(const ReconcilerParts& parts)
    : store_(parts.store),
      workloads_(parts.workloads),
      feed_(parts.feed),
      confirmed_(parts.confirmed),
      clock_(parts.clock),
      logger_(parts.logger.named("reconciler")),
      outbox_(parts.outbox),
      started_(parts.clock.monotonic()),
      usage_(parts.store, parts.clock, parts.logger.named("usage")) {
  commits_ = store_.change_feed().subscribe([this](const store::Change& change) {
    if (change.desired.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      reload_.insert(change.desired.begin(), change.desired.end());
      work_ = true;
    }
    wake_.notify_all();
  });
  hints_ = workloads_.watch([this](const std::string& id) {
    {
      const std::lock_guard lock(mutex_);
      hinted_.insert(id);
      work_ = true;
    }
    wake_.notify_all();
  });
  loop_ = std::thread([this] { run(); });
}

Reconciler::~Reconciler() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  loop_.join();
  hints_.reset();
  commits_ = {};
}

void Reconciler::wake() {
  {
    const std::lock_guard lock(mutex_);
    work_ = true;
  }
  wake_.notify_all();
}

bool Reconciler::has_published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

std::vector<engine::WorkloadReplica> Reconciler::replicas(const std::string& deployment_id) {
  const std::lock_guard lock(mutex_);
  const auto at = views_.find(deployment_id);
  return at == views_.end() ? std::vector<engine::WorkloadReplica>{} : at->second;
}

void Reconciler::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    work_ = false;
    lock.unlock();
    const Pass outcome = pass();
    Monotonic next = next_resync_;
    if (outcome != Pass::kDone) {
      next_resync_ = {};  // what was left undone is found again by looking at everything
      next = clock_.monotonic() + kRetry;
    }
    lock.lock();
    wake_.wait_until(lock, next, [&] { return ending_ || (outcome != Pass::kFailed && work_); });
  }
}

Reconciler::Scope Reconciler::take_scope() {
  const Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  Scope scope;
  if (now >= next_resync_) {
    next_resync_ = now + kResync;
  } else {
    scope = hinted_;
    scope->insert(unsettled_.begin(), unsettled_.end());
  }
  hinted_.clear();
  return scope;
}

Reconciler::Pass Reconciler::pass() {
  Scope scope = take_scope();
  if (!load(scope)) return Pass::kFailed;
  apply_all();
  if (!observe(scope)) {
    publish_access(scope);
    return Pass::kUnseen;
  }
  const std::map<std::string, Status> statuses = judge_all(scope);
  publish(scope);
  const bool recorded = record(statuses);
  // Before a deleted deployment is forgotten: its last runs are its group's.
  usage_.look(scope, observed_);
  finish_deletions();
  remove_orphans(scope);
  return recorded && to_apply_.empty() ? Pass::kDone : Pass::kFailed;
}

// What was loaded is looked at, too.
bool Reconciler::load(Scope& scope) {
  std::optional<std::set<std::string>> ids;
  {
    const std::lock_guard lock(mutex_);
    if (!reload_all_) ids = reload_;
    reload_.clear();
    reload_all_ = false;
  }
  if (ids && ids->empty()) return true;
  Result<std::map<std::string, DesiredDeployment>> loaded = load_desired(store_, ids);
  if (!loaded) {
    logger_.error("what shall run cannot be read", {{"error", loaded.error().message}});
    const std::lock_guard lock(mutex_);
    if (ids) {
      reload_.insert(ids->begin(), ids->end());
    } else {
      reload_all_ = true;
    }
    return false;
  }
  if (!ids) {
    desired_.clear();
    scope.reset();
  } else {
    for (const std::string& id : *ids) desired_.erase(id);
    if (scope) scope->insert(ids->begin(), ids->end());
  }
  for (auto& [id, one] : *loaded) {
    to_apply_.insert(id);
    if (!loaded_) loaded_at_start_.insert(id);
    desired_[id] = std::move(one);
  }
  loaded_ = true;
  return true;
}

void Reconciler::apply_all() {
  std::set<std::string> failed;
  for (const std::string& id : to_apply_) {
    const auto at = desired_.find(id);
    if (at == desired_.end()) continue;
    const DesiredDeployment& desired = at->second;
    // A deleted one runs out like a stopped one, so that its requests are answered, and is then
    // removed as a whole.
    Result<void> applied = workloads_.apply(desired.workload);
    if (applied && desired.deployment.desire == Desire::kDeleted) applied = workloads_.remove(id);
    if (applied) continue;
    logger_.warn("a deployment cannot be applied",
                 {{"deployment", id}, {"error", applied.error().message}});
    failed.insert(id);
  }
  to_apply_ = std::move(failed);
}

bool Reconciler::observe(const Scope& scope) {
  Result<std::vector<engine::ObservedWorkload>> observed = workloads_.observe(scope);
  if (!observed) {
    if (clock_.monotonic() - started_ >= kQuietStart) report_unobserved(observed.error());
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (!scope) {
    observed_.clear();
    views_.clear();
  } else {
    for (const std::string& id : *scope) {
      observed_.erase(id);
      views_.erase(id);
    }
  }
  for (engine::ObservedWorkload& one : *observed) {
    views_[one.deployment_id] = one.replicas;
    observed_[one.deployment_id] = std::move(one);
  }
  return true;
}

Status Reconciler::judge(const DesiredDeployment& desired, const ObservedById& observed) const {
  StatusEvidence evidence;
  evidence.deployment = desired.deployment;
  evidence.group_enabled = desired.group_enabled;
  evidence.wanted_replicas = desired.workload.wanted.spec.replicas;
  evidence.wanted_key = desired.workload.wanted.key_revision();
  evidence.progress_deadline = desired.workload.wanted.spec.progress_deadline;
  const auto at = observed.find(desired.deployment.id);
  evidence.observed = at == observed.end() ? nullptr : &at->second;
  evidence.any_gateway = !feed_.gateways().empty();
  evidence.everywhere = confirmed_.everywhere;
  evidence.previous = desired.status;
  evidence.now = clock_.now();
  return status_of(evidence);
}

std::map<std::string, Status> Reconciler::judge_all(const Scope& scope) {
  std::map<std::string, Status> statuses;
  const auto look = [&](const std::string& id, const DesiredDeployment& desired) {
    const auto at = observed_.find(id);
    const Status& status = statuses[id] = judge(desired, observed_);
    set_route(id, route_of(desired.deployment, desired.workload.wanted.spec, desired.clients,
                           at == observed_.end() ? nullptr : &at->second, status));
    if (status.phase == Phase::kDeployed || status.phase == Phase::kStopped) {
      unsettled_.erase(id);
    } else {
      unsettled_.insert(id);
    }
  };
  if (!scope) {
    std::erase_if(routes_, [&](const auto& entry) { return !desired_.contains(entry.first); });
    unsettled_.clear();
    for (const auto& [id, desired] : desired_) look(id, desired);
    return statuses;
  }
  for (const std::string& id : *scope) {
    if (const auto at = desired_.find(id); at != desired_.end()) {
      look(id, at->second);
    } else {
      set_route(id, std::nullopt);
      unsettled_.erase(id);
    }
  }
  return statuses;
}

void Reconciler::set_route(const std::string& id, std::optional<snapshot::Route> route) {
  const auto at = routes_.find(id);
  const bool same = at == routes_.end() ? !route : route && *route == at->second;
  if (same) return;
  routes_changed_ = true;
  if (route) {
    routes_.insert_or_assign(id, std::move(*route));
  } else {
    routes_.erase(at);
  }
}

void Reconciler::publish_routes() {
  std::vector<snapshot::Route> routes;
  routes.reserve(routes_.size());
  for (const auto& [id, route] : routes_) routes.push_back(route);
  feed_.publish(std::move(routes));
  routes_changed_ = false;
}

// Nobody can say what runs, but who may use it is known: a removed client does not go on until the
// engine is back. Before our first look gateways have an earlier run's routes, which stay whole.
void Reconciler::publish_access(const Scope& scope) {
  if (!has_published()) return;
  std::map<std::string, snapshot::Route> changed;
  for (const auto& [id, route] : routes_) {
    const auto at = desired_.find(id);
    if (at == desired_.end() || (scope && !scope->contains(id))) continue;
    snapshot::Route& fresh = changed.emplace(id, route).first->second;
    set_access(fresh, at->second.workload.wanted.spec, at->second.clients);
  }
  for (auto& [id, route] : changed) set_route(id, std::move(route));
  if (routes_changed_) publish_routes();
}

void Reconciler::publish(const Scope& scope) {
  // A look at everything hands over what is there anyway: the feed knows what it has.
  if (routes_changed_ || !scope) publish_routes();
  const auto current = feed_.current();
  const auto note = [&](const std::string& id, const DesiredDeployment& desired) {
    if (desired.deployment.desire == Desire::kDeleted && current) {
      unrouted_in_.try_emplace(id, current->version);
    } else {
      unrouted_in_.erase(id);
    }
  };
  if (!scope) {
    for (const auto& [id, desired] : desired_) note(id, desired);
  } else {
    for (const std::string& id : *scope) {
      if (const auto at = desired_.find(id); at != desired_.end()) note(id, at->second);
    }
  }
  const std::lock_guard lock(mutex_);
  published_ = true;
}

bool Reconciler::record(const std::map<std::string, Status>& statuses) {
  std::map<std::string, Change> changes;
  const Timestamp now = clock_.now();
  for (const auto& [id, status] : statuses) {
    const DesiredDeployment& desired = desired_.at(id);
    Change change;
    if (const auto at = observed_.find(id); at != observed_.end()) {
      change.events = timeline_.look(at->second, desired.workload.wanted.spec,
                                     !loaded_at_start_.contains(id), now);
    }
    if (status != desired.status) {
      change.status = status;
      const bool waited =
          desired.status && desired.status->reason.find(kWaits) != std::string::npos;
      if (const auto at = observed_.find(id); at != observed_.end() && !waited) {
        change.waits = at->second.waits;
      }
    }
    if (status.phase == Phase::kDeployed) {
      const bool is_new = !desired.status || desired.status->phase != Phase::kDeployed ||
                          desired.status->generation != status.generation;
      if (is_new) change.events.push_back(Timeline::routed(desired.deployment, status, now));
      if (desired.deployment.proven_revision != desired.deployment.revision) {
        change.proven = desired.deployment.revision;
      }
    }
    // Nothing of a stopped deployment serves, so an update has nothing to keep serving.
    if (status.phase == Phase::kStopped && desired.deployment.proven_revision != 0) {
      change.proven = 0;
    }
    if (!change.empty()) changes.emplace(id, std::move(change));
  }
  return changes.empty() || write(changes);
}

Result<void> Reconciler::tell(store::WriteTransaction& tx, const domain::Deployment& deployment,
                              const Change& change, Timestamp now) const {
  if (outbox_ == nullptr || !change.status) return {};
  const bool proven = change.proven.value_or(0) != 0;
  TRY(outbox_->tell_status(tx, deployment, *change.status, proven, now));
  if (change.waits.empty()) return {};
  return outbox_->tell_quota(tx, deployment.group, deployment.id, change.waits, now);
}

bool Reconciler::write(const std::map<std::string, Change>& changes) {
  const Timestamp now = clock_.now();
  std::set<std::string> written;
  const Result<void> done = store_.write([&](store::WriteTransaction& tx) -> Result<void> {
    written.clear();
    for (const auto& [id, change] : changes) {
      // It may have changed or gone since it was loaded: then this look at it is void.
      TRY_ASSIGN(const auto present, store::deployments::find(tx, id));
      if (!present || present->generation != desired_.at(id).deployment.generation) continue;
      for (const domain::Event& event : change.events) TRY(store::events::append(tx, event));
      if (change.proven) TRY(store::deployments::set_proven_revision(tx, id, *change.proven));
      if (change.status) TRY(store::statuses::put(tx, id, *change.status, now));
      TRY(tell(tx, *present, change, now));
      written.insert(id);
    }
    return {};
  });
  if (!done) {
    logger_.error("statuses cannot be written", {{"error", done.error().message}});
    return false;
  }
  for (const auto& [id, change] : changes) {
    if (!written.contains(id)) continue;
    DesiredDeployment& desired = desired_.at(id);
    if (change.status) desired.status = change.status;
    if (change.proven) {
      desired.deployment.proven_revision = *change.proven;
      desired.workload.proven.reset();
      to_apply_.insert(id);
    }
  }
  if (!to_apply_.empty()) {
    apply_all();
  }
  return true;
}

void Reconciler::finish_deletions() {
  std::set<std::string> finished;
  const bool any_gateway = !feed_.gateways().empty();
  for (const auto& [id, version] : unrouted_in_) {
    if (observed_.contains(id)) continue;
    if (any_gateway && feed_.adopted_everywhere() < version) continue;
    const Result<void> done = store_.write(
        [&id = id](store::WriteTransaction& tx) { return store::deployments::forget(tx, id); });
    if (!done) {
      logger_.error("a deleted deployment cannot be forgotten",
                    {{"deployment", id}, {"error", done.error().message}});
      continue;
    }
    finished.insert(id);
  }
  for (const std::string& id : finished) {
    unrouted_in_.erase(id);
    unsettled_.erase(id);
    desired_.erase(id);
    timeline_.forget(id);
    loaded_at_start_.erase(id);
  }
}

void Reconciler::remove_orphans(const Scope& scope) {
  for (const auto& [id, one] : observed_) {
    if (desired_.contains(id) || (scope && !scope->contains(id))) continue;
    {
      // Accepted a moment ago and applied by nobody else than us: look again first.
      const std::lock_guard lock(mutex_);
      if (reload_.contains(id)) continue;
    }
    if (!one.replicas.empty()) {
      logger_.info("what runs without a deployment is removed", {{"deployment", id}});
    }
    if (const Result<void> removed = workloads_.remove(id); !removed) {
      logger_.warn("what runs without a deployment cannot be removed",
                   {{"deployment", id}, {"error", removed.error().message}});
    }
  }
}

// Nobody can say what runs. What was Deployed is not any more as far as we know; nothing is
// published, so gateways go on with what they have.
void Reconciler::report_unobserved(const Error& error) {
  std::map<std::string, Change> changes;
  for (const auto& [id, desired] : desired_) {
    if (desired.deployment.desire != Desire::kRunning) continue;
    engine::ObservedWorkload unknown;
    unknown.deployment_id = id;
    unknown.generation = desired.deployment.generation;
    unknown.problem = error.message;
    const Status status = judge(desired, {{id, unknown}});
    if (status == desired.status) continue;
    Change change;
    change.status = status;
    changes.emplace(id, std::move(change));
  }
  if (!changes.empty()) write(changes);
}

}  // namespace slipway::control
