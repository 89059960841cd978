#include "control/control_metrics.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "domain/status.h"
#include "store/deployments.h"
#include "store/groups.h"
#include "store/statuses.h"
#include "store/usage.h"

namespace slipway::control {
namespace {

using domain::Phase;
constexpr std::array kPhases = {Phase::kDeploying, Phase::kDeployed, Phase::kStopping,
                                Phase::kStopped, Phase::kFailed};

struct Known {
  std::vector<std::pair<domain::Deployment, domain::Status>> deployments;
  std::vector<std::pair<domain::Group, domain::Usage>> groups;
};

Result<Known> read(store::ReadTransaction& tx) {
  Known known;
  TRY_ASSIGN(auto deployments, store::deployments::all(tx));
  for (domain::Deployment& deployment : deployments) {
    TRY_ASSIGN(auto status, store::statuses::find(tx, deployment.id));
    // Without a status it was accepted a moment ago.
    known.deployments.emplace_back(std::move(deployment), status.value_or(domain::Status{}));
  }
  TRY_ASSIGN(auto groups, store::groups::all(tx));
  for (domain::Group& group : groups) {
    TRY_ASSIGN(const domain::Usage used, store::usage::of_group(tx, group.name));
    known.groups.emplace_back(std::move(group), used);
  }
  return known;
}

void show_quota(telemetry::Scrape& scrape, const std::string& group, std::string_view resource,
                const std::optional<int64_t>& limit, int64_t used, double unit) {
  const telemetry::Labels labels = {{"group", group}, {"resource", resource}};
  scrape.gauge("slipway_group_used", "What a group's deployments that shall run ask for", labels,
               static_cast<double>(used) / unit);
  if (!limit) return;
  scrape.gauge("slipway_group_quota", "Upper bounds of a group; those without one are left out",
               labels, static_cast<double>(*limit) / unit);
}

}  // namespace

void ControlMetrics::collect_deployments(telemetry::Scrape& scrape) const {
  const Result<Known> known = store_.read(&read);
  scrape.gauge("slipway_store_readable", "1 when the store answered this scrape", {},
               known ? 1 : 0);
  if (!known) return;
  std::array<int, kPhases.size()> by_phase{};
  for (const auto& [deployment, status] : known->deployments) {
    ++by_phase.at(static_cast<size_t>(status.phase));
    const telemetry::Labels labels = {{"deployment_name", deployment.id},
                                      {"group", deployment.group}};
    int restarts = 0;
    for (const auto& replica : views_.replicas(deployment.id)) restarts += replica.restarts;
    scrape.gauge("slipway_deployment_failed", "1 while the deployment is Failed", labels,
                 status.phase == Phase::kFailed ? 1 : 0);
    scrape.gauge("slipway_deployment_replicas_ready",
                 "Replicas of the newest revision that answer their probe", labels,
                 status.ready_replicas);
    scrape.gauge("slipway_deployment_replicas_wanted",
                 "Replicas that the newest revision asks for; 0 when it shall not run", labels,
                 deployment.desire == domain::Desire::kRunning ? status.wanted_replicas : 0);
    scrape.gauge("slipway_deployment_restarts", "Starts after the first of the present replicas",
                 labels, restarts);
  }
  for (const Phase phase : kPhases) {
    scrape.gauge("slipway_deployments", "Deployments by status",
                 {{"phase", domain::to_string(phase)}}, by_phase.at(static_cast<size_t>(phase)));
  }
  for (const auto& [group, used] : known->groups) {
    const domain::Quota& quota = group.quota;
    show_quota(scrape, group.name, "cpu", quota.cpu_millis, used.cpu_millis, 1000);
    show_quota(scrape, group.name, "memory", quota.memory_bytes, used.memory_bytes, 1);
    show_quota(scrape, group.name, "gpu", quota.gpus, used.gpus, 1);
    show_quota(scrape, group.name, "deployments", quota.deployments, used.deployments, 1);
  }
}

void ControlMetrics::collect(telemetry::Scrape& scrape) const {
  collect_deployments(scrape);
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(state_dir_, error);
  if (!error) {
    scrape.gauge("slipway_disk_free_bytes", "On the disk of the state directory", {},
                 static_cast<double>(space.available));
    scrape.gauge("slipway_disk_bytes", "Size of that disk", {},
                 static_cast<double>(space.capacity));
  }
  scrape.gauge("slipway_logs_paused", "1 while no logs are stored for want of room on the disk", {},
               logs_disk_.paused() ? 1 : 0);
  const auto snapshot = feed_.current();
  scrape.gauge("slipway_gateways", "Gateways that asked for a snapshot lately", {},
               static_cast<double>(feed_.gateways().size()));
  scrape.gauge("slipway_snapshot_version", "Version of the newest snapshot; 0: none yet", {},
               snapshot ? static_cast<double>(snapshot->version) : 0);
  scrape.gauge("slipway_snapshot_adopted_version", "Newest version that every gateway has", {},
               static_cast<double>(feed_.adopted_everywhere()));
}

}  // namespace slipway::control
