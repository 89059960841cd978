#pragma once
// The moving parts of control, put together in the one order that works: feed, log collector,
// workloads, reconciler; ended in reverse. Made by main from what outlives it. Any thread may use
// what it hands out.

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "control/log_collector.h"
#include "control/planned_workloads.h"
#include "control/readiness_probe.h"
#include "control/reconciler.h"
#include "control/snapshot_feed.h"
#include "engine/replica_engine.h"
#include "store/store.h"

namespace slipway::control {

struct ControlPlaneParts {
  store::Store& store;
  engine::ReplicaEngine& engine;
  // Null: every image is pulled without any.
  engine::CredentialSource* credentials = nullptr;
  // Null: what replicas say is not kept.
  logs::LogStore* logs = nullptr;
  Prober& prober;
  const Clock& clock;
  Random& random;
  Logger logger;
  // Null: nobody is told what happens.
  const Outbox* outbox = nullptr;
};

class ControlPlane {
 public:
  // Fails when the store cannot be written.
  static Result<std::unique_ptr<ControlPlane>> start(const ControlPlaneParts& parts);
  ~ControlPlane();
  ControlPlane(const ControlPlane&) = delete;
  ControlPlane& operator=(const ControlPlane&) = delete;

  SnapshotFeed& feed() { return *feed_; }
  engine::WorkloadEngine& workloads() { return *workloads_; }
  ReplicaViews& views() { return *reconciler_; }
  // What runs is known and published: for /readyz.
  bool ready() const { return reconciler_->has_published(); }

 private:
  ControlPlane() = default;

  std::unique_ptr<SnapshotFeed> feed_;
  std::unique_ptr<LogCollector> collector_;
  std::unique_ptr<PlannedWorkloads> workloads_;
  std::unique_ptr<Reconciler> reconciler_;
};

}  // namespace slipway::control
