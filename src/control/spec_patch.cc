#include "control/deployments.h"

namespace slipway::control {

domain::Spec apply_patch(domain::Spec spec, const SpecPatch& patch) {
  const auto set = [](auto& field, const auto& change) {
    if (change) field = *change;
  };
  set(spec.image, patch.image);
  set(spec.instance_type, patch.instance_type);
  set(spec.replicas, patch.replicas);
  set(spec.environment, patch.environment);
  set(spec.metadata, patch.metadata);
  set(spec.description, patch.description);
  set(spec.port, patch.port);
  set(spec.health_path, patch.health_path);
  set(spec.progress_deadline, patch.progress_deadline);
  set(spec.request_timeout, patch.request_timeout);
  set(spec.body_limit, patch.body_limit);
  set(spec.drain_time, patch.drain_time);
  set(spec.replica_concurrency, patch.replica_concurrency);
  set(spec.requests_per_minute, patch.requests_per_minute);
  set(spec.allow_websocket, patch.allow_websocket);
  set(spec.pull_secret, patch.pull_secret);
  set(spec.private_access, patch.private_access);
  return spec;
}

}  // namespace slipway::control
