#include "control/control_plane.h"

#include "control/client_digests.h"
#include "control/log_reading.h"
#include "store/settings.h"

namespace slipway::control {

Result<std::unique_ptr<ControlPlane>> ControlPlane::start(const ControlPlaneParts& parts) {
  TRY_ASSIGN(const std::string control_id, parts.store.write([&](store::WriteTransaction& tx) {
    return store::settings::control_id(tx, parts.random);
  }));
  TRY_ASSIGN(const snapshot::DigestKey key, parts.store.write([&](store::WriteTransaction& tx) {
    return client_digest_key(tx, parts.random);
  }));
  VersionSource versions(reserve_in(parts.store));
  TRY(versions.open());

  std::unique_ptr<ControlPlane> plane(new ControlPlane);
  plane->feed_ = std::make_unique<SnapshotFeed>(control_id, key, std::move(versions), parts.clock,
                                                parts.logger.named("feed"));
  if (parts.logs != nullptr) {
    plane->collector_ = std::make_unique<LogCollector>(LogCollectorParts{
        .engine = parts.engine,
        .store = *parts.logs,
        .owner_of = [&store =
                         parts.store](const std::string& id) { return owner_of_logs(store, id); },
        .clock = parts.clock,
        .logger = parts.logger.named("logs")});
  }
  plane->workloads_ = std::make_unique<PlannedWorkloads>(
      PlannedWorkloadsParts{.engine = parts.engine,
                            .credentials = parts.credentials,
                            .prober = parts.prober,
                            .confirmed = plane->feed_->confirmed(),
                            .logs = plane->collector_.get(),
                            .clock = parts.clock,
                            .random = parts.random,
                            .logger = parts.logger});
  plane->reconciler_ =
      std::make_unique<Reconciler>(ReconcilerParts{.store = parts.store,
                                                   .workloads = *plane->workloads_,
                                                   .feed = *plane->feed_,
                                                   .confirmed = plane->feed_->confirmed(),
                                                   .clock = parts.clock,
                                                   .logger = parts.logger,
                                                   .outbox = parts.outbox});
  plane->feed_->on_progress(
      [workloads = plane->workloads_.get(), reconciler = plane->reconciler_.get()] {
        workloads->routing_changed();
        reconciler->wake();
      });
  return plane;
}

ControlPlane::~ControlPlane() {
  if (feed_) feed_->on_progress({});
  reconciler_.reset();
  workloads_.reset();
  collector_.reset();
  feed_.reset();
}

}  // namespace slipway::control
