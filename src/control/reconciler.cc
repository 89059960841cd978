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

Reconciler::Reconciler(const ReconcilerParts& parts)
    : store_(parts.store),
      workloads_(parts.workloads),
      feed_(parts.feed),
      confirmed_(parts.confirmed),
      clock_(parts.clock),
      logger_(parts.logger.named("reconciler")),
      started_(parts.clock.monotonic()) {
  commits_ = store_.change_feed().subscribe([this](const store::Change& change) {
    if (change.desired.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      reload_.insert(change.desired.begin(), change.desired.end());
      work_ = true;
    }
    wake_.notify_all();
  });
  hints_ = workloads_.watch([this](const std::string&) { wake(); });
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
    lock.lock();
    const std::chrono::milliseconds pause = outcome == Pass::kDone ? kResync : kRetry;
    wake_.wait_for(lock, pause, [&] { return ending_ || (outcome != Pass::kFailed && work_); });
  }
}

Reconciler::Pass Reconciler::pass() {
  if (!load()) return Pass::kFailed;
  apply_all();
  const std::optional<ObservedById> observed = observe();
  if (!observed) return Pass::kUnseen;
  publish(*observed);
  const bool recorded = record(*observed);
  finish_deletions(*observed);
  remove_orphans(*observed);
  return recorded && to_apply_.empty() ? Pass::kDone : Pass::kFailed;
}

bool Reconciler::load() {
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
  } else {
    for (const std::string& id : *ids) desired_.erase(id);
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

std::optional<Reconciler::ObservedById> Reconciler::observe() {
  Result<std::vector<engine::ObservedWorkload>> observed = workloads_.observe();
  if (!observed) {
    if (clock_.monotonic() - started_ >= kQuietStart) report_unobserved(observed.error());
    return std::nullopt;
  }
  ObservedById by_id;
  std::map<std::string, std::vector<engine::WorkloadReplica>> views;
  for (engine::ObservedWorkload& one : *observed) {
    views[one.deployment_id] = one.replicas;
    by_id[one.deployment_id] = std::move(one);
  }
  const std::lock_guard lock(mutex_);
  views_ = std::move(views);
  return by_id;
}

Status Reconciler::judge(const DesiredDeployment& desired, const ObservedById& observed) const {
  StatusEvidence evidence;
  evidence.deployment = desired.deployment;
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

void Reconciler::publish(const ObservedById& observed) {
  std::vector<snapshot::Route> routes;
  for (const auto& [id, desired] : desired_) {
    const auto at = observed.find(id);
    auto route = route_of(desired.deployment, desired.workload.wanted.spec,
                          at == observed.end() ? nullptr : &at->second, judge(desired, observed));
    if (route) routes.push_back(std::move(*route));
  }
  feed_.publish(std::move(routes));
  const auto current = feed_.current();
  for (const auto& [id, desired] : desired_) {
    if (desired.deployment.desire == Desire::kDeleted && current) {
      unrouted_in_.try_emplace(id, current->version);
    } else {
      unrouted_in_.erase(id);
    }
  }
  const std::lock_guard lock(mutex_);
  published_ = true;
}

bool Reconciler::record(const ObservedById& observed) {
  std::map<std::string, Change> changes;
  const Timestamp now = clock_.now();
  for (const auto& [id, desired] : desired_) {
    Change change;
    if (const auto at = observed.find(id); at != observed.end()) {
      change.events = timeline_.look(at->second, desired.workload.wanted.spec,
                                     !loaded_at_start_.contains(id), now);
    }
    const Status status = judge(desired, observed);
    if (status != desired.status) change.status = status;
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

void Reconciler::finish_deletions(const ObservedById& observed) {
  std::set<std::string> finished;
  const bool any_gateway = !feed_.gateways().empty();
  for (const auto& [id, version] : unrouted_in_) {
    if (observed.contains(id)) continue;
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
    desired_.erase(id);
    timeline_.forget(id);
    loaded_at_start_.erase(id);
  }
}

void Reconciler::remove_orphans(const ObservedById& observed) {
  for (const auto& [id, one] : observed) {
    if (desired_.contains(id)) continue;
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
