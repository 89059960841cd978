#include "gateway/replica_watch.h"

#include <utility>

#include "gateway/worker_metrics.h"

namespace slipway::gateway {
namespace {

Fault fault_of(Loss::Kind kind) {
  switch (kind) {
    case Loss::Kind::kNotConnected:
      return Fault::kConnect;
    case Loss::Kind::kBadReply:
      return Fault::kBadReply;
    case Loss::Kind::kClosed:
    case Loss::Kind::kTruncated:
      break;
  }
  return Fault::kLost;
}

}  // namespace

void ReplicaWatch::begin(Upstream& replica, Monotonic now) {
  if (replica.deployment == nullptr) return;
  replica_ = &replica;
  standing_ = replica.health.begin(now);
  if (standing_ == Standing::kLastResort) replica.deployment->ejections.last_resorts.add();
}

void ReplicaWatch::return_replica() {
  EjectionCounts& counts = replica_->deployment->ejections;
  if (standing_ == Standing::kTrial) counts.count(TrialEnd::kPassed);
  standing_ = Standing::kUsual;
  if (replica_->health.good()) return;
  replica_->health.answered();
  counts.ejected.add(-1);
}

void ReplicaWatch::lost(const Loss& loss, bool http2, Monotonic now, QuickRandom& random) {
  if (http2 && loss.kind != Loss::Kind::kNotConnected && !loss.reply_began) return;
  failed(fault_of(loss.kind), now, random);
}

void ReplicaWatch::failed(Fault fault, Monotonic now, QuickRandom& random) {
  if (replica_ == nullptr) return;
  Upstream& replica = *std::exchange(replica_, nullptr);
  const Standing standing = std::exchange(standing_, Standing::kUsual);
  EjectionCounts& counts = replica.deployment->ejections;
  if (standing == Standing::kTrial) counts.count(TrialEnd::kFailed);
  const bool was_good = replica.health.good();
  if (!replica.health.failed(standing, fault, now, random)) return;
  counts.count(fault);
  if (was_good) counts.ejected.add(1);
}

void ReplicaWatch::give_up() {
  if (standing_ == Standing::kTrial) {
    replica_->deployment->ejections.count(TrialEnd::kUndecided);
    replica_->health.undecided(standing_);
  }
  standing_ = Standing::kUsual;
}

}  // namespace slipway::gateway
