#include "control/retention.h"

#include "control/desired_state.h"
#include "store/deployments.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

Result<int> remove_of(store::WriteTransaction& tx, const std::string& id,
                      const domain::RetentionRule& rule, Timestamp now) {
  TRY_ASSIGN(const auto deployment, store::deployments::find(tx, id));
  if (!deployment) return 0;
  std::vector<domain::RevisionRange> in_use;
  for (const int64_t number : {deployment->revision, deployment->proven_revision}) {
    if (number == 0) continue;
    // Were the revision gone that names the replicas, they would be taken for others and replaced.
    TRY_ASSIGN(const int64_t first, first_container(tx, id, number));
    in_use.emplace_back(first, number);
  }
  TRY_ASSIGN(auto facts, store::revisions::facts(tx, id));
  const auto expired = domain::expired_revisions(rule, std::move(facts), in_use, now);
  for (const int64_t number : expired) TRY(store::revisions::remove(tx, id, number));
  return static_cast<int>(expired.size());
}

}  // namespace

Result<int> remove_expired_revisions(store::Store& store, const domain::RetentionRule& rule,
                                     Timestamp now) {
  const Timestamp before = rule.oldest ? now - *rule.oldest : Timestamp::min();
  TRY_ASSIGN(const auto crowded, store.read([&](store::ReadTransaction& tx) {
    return store::revisions::crowded(tx, rule.newest, before);
  }));
  int removed = 0;
  for (const std::string& id : crowded) {
    TRY_ASSIGN(const int of_this, store.write([&](store::WriteTransaction& tx) {
      return remove_of(tx, id, rule, now);
    }));
    removed += of_this;
  }
  return removed;
}

Retention::Retention(store::Store& store, const domain::RetentionRule& rule, const Clock& clock,
                     const Logger& logger)
    : store_(store), rule_(rule), clock_(clock), logger_(logger.named("retention")) {
  thread_ = std::thread([this] { run(); });
}

Retention::~Retention() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Retention::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    const Result<int> removed = remove_expired_revisions(store_, rule_, clock_.now());
    if (!removed) {
      logger_.warn("old revisions cannot be removed", {{"error", removed.error().message}});
    } else if (*removed > 0) {
      logger_.info("old revisions were removed", {{"count", std::to_string(*removed)}});
    }
    lock.lock();
    wake_.wait_for(lock, kEvery, [this] { return ending_; });
  }
}

}  // namespace slipway::control
