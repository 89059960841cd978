#include "domain/platform_environment.h"

#include <fmt/format.h>

namespace slipway::domain {

bool is_platform_variable(std::string_view name) {
  return name.starts_with("PREDICTIVE_UNIT_") || name.starts_with("SELDON_") ||
         name.starts_with("SLIPWAY_") || name == "PREDICTOR_ID" || name == "PREDICTOR_LABELS";
}

std::vector<EnvironmentVariable> platform_environment(const ReplicaKey& key, const Spec& spec,
                                                      int listen_port) {
  // Names of graph node and predictor are those that the images' authors know from PrimeHub.
  return {
      {"PREDICTIVE_UNIT_SERVICE_PORT", fmt::to_string(listen_port)},
      {"PREDICTIVE_UNIT_HTTP_SERVICE_PORT", fmt::to_string(listen_port)},
      {"PREDICTIVE_UNIT_ID", "model"},
      {"PREDICTIVE_UNIT_IMAGE", spec.image},
      {"PREDICTOR_ID", "deploy"},
      {"SELDON_DEPLOYMENT_ID", "deploy-" + key.deployment_id},
      {"SLIPWAY_DEPLOYMENT", key.deployment_id},
      {"SLIPWAY_REVISION", fmt::to_string(key.revision)},
      {"SLIPWAY_REPLICA", key.id()},
  };
}

std::vector<EnvironmentVariable> container_environment(const ReplicaKey& key, const Spec& spec,
                                                       int listen_port) {
  std::vector<EnvironmentVariable> out;
  for (const EnvironmentVariable& variable : spec.environment) {
    if (!is_platform_variable(variable.name)) out.push_back(variable);
  }
  for (EnvironmentVariable& variable : platform_environment(key, spec, listen_port)) {
    out.push_back(std::move(variable));
  }
  return out;
}

}  // namespace slipway::domain
