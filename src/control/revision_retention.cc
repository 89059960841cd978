#include "control/revision_retention.h"

#include "control/desired_state.h"
#include "store/deployments.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

Result<int64_t> remove_of(store::WriteTransaction& tx, const std::string& id,
                          const domain::RetentionRule& rule, Timestamp now) {
  TRY_ASSIGN(const auto deployment, store::deployments::find(tx, id));
  if (!deployment) return int64_t{0};
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
  return static_cast<int64_t>(expired.size());
}

}  // namespace

Result<int64_t> remove_expired_revisions(store::Store& store, const domain::RetentionRule& rule,
                                         Timestamp now) {
  const Timestamp before = rule.oldest ? now - *rule.oldest : Timestamp::min();
  TRY_ASSIGN(const auto crowded, store.read([&](store::ReadTransaction& tx) {
    return store::revisions::crowded(tx, rule.newest, before);
  }));
  int64_t removed = 0;
  for (const std::string& id : crowded) {
    TRY_ASSIGN(const int64_t of_this, store.write([&](store::WriteTransaction& tx) {
      return remove_of(tx, id, rule, now);
    }));
    removed += of_this;
  }
  return removed;
}

}  // namespace slipway::control
