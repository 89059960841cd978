#include "control/control_metrics.h"

#include <array>

#include "domain/status.h"
#include "store/deployments.h"
#include "store/statuses.h"

namespace slipway::control {
namespace {

struct Totals {
  std::array<int, 5> by_phase{};
  int ready = 0;
  int wanted = 0;
};

Result<Totals> count(store::ReadTransaction& tx) {
  Totals totals;
  TRY_ASSIGN(const auto deployments, store::deployments::all(tx));
  for (const domain::Deployment& deployment : deployments) {
    TRY_ASSIGN(const auto status, store::statuses::find(tx, deployment.id));
    // Without a status it was accepted a moment ago.
    const domain::Status known = status.value_or(domain::Status{});
    ++totals.by_phase.at(static_cast<size_t>(known.phase));
    totals.ready += known.ready_replicas;
    totals.wanted += known.wanted_replicas;
  }
  return totals;
}

}  // namespace

void ControlMetrics::collect(telemetry::Scrape& scrape) const {
  const Result<Totals> totals = store_.read(&count);
  scrape.gauge("slipway_store_readable", "1 when the store answered this scrape", {},
               totals ? 1 : 0);
  if (totals) {
    using domain::Phase;
    for (const Phase phase :
         {Phase::kDeploying, Phase::kDeployed, Phase::kStopping, Phase::kStopped, Phase::kFailed}) {
      scrape.gauge("slipway_deployments", "Deployments by status",
                   {{"phase", domain::to_string(phase)}},
                   totals->by_phase.at(static_cast<size_t>(phase)));
    }
    scrape.gauge("slipway_replicas_ready", "Replicas of newest revisions that answer their probe",
                 {}, totals->ready);
    scrape.gauge("slipway_replicas_wanted", "Replicas that newest revisions ask for", {},
                 totals->wanted);
  }
  const auto snapshot = feed_.current();
  scrape.gauge("slipway_gateways", "Gateways that asked for a snapshot lately", {},
               static_cast<double>(feed_.gateways().size()));
  scrape.gauge("slipway_snapshot_version", "Version of the newest snapshot; 0: none yet", {},
               snapshot ? static_cast<double>(snapshot->version) : 0);
  scrape.gauge("slipway_snapshot_adopted_version", "Newest version that every gateway has", {},
               static_cast<double>(feed_.adopted_everywhere()));
}

}  // namespace slipway::control
