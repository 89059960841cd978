#include "control/deployment_status.h"

namespace slipway::control {

domain::Status presented_status(const domain::Deployment& deployment, const domain::Spec& spec,
                                const std::optional<domain::Status>& stored) {
  if (stored && stored->generation == deployment.generation) return *stored;
  const bool run = deployment.desire == domain::Desire::kRunning;
  domain::Status out;
  out.phase = run ? domain::Phase::kDeploying : domain::Phase::kStopping;
  out.reason = deployment.desire == domain::Desire::kDeleted
                   ? "accepted; being deleted"
                   : "accepted; waiting for the first look";
  out.generation = deployment.generation;
  // A new wish ends nothing by itself: what answered goes on answering until the loop says else.
  out.serving_revision = stored ? stored->serving_revision : 0;
  out.wanted_replicas = run ? spec.replicas : 0;
  out.since = deployment.updated_at;
  return out;
}

}  // namespace slipway::control
