#pragma once
// What a replica is to the Docker API: names, labels, and the body of POST /containers/create. Pure
// functions of values; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "domain/replica.h"
#include "engine/docker/docker_api.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

inline constexpr std::string_view kInstallationLabel = "slipway.installation";
inline constexpr std::string_view kDeploymentLabel = "slipway.deployment";
inline constexpr std::string_view kRevisionLabel = "slipway.revision";
inline constexpr std::string_view kOrdinalLabel = "slipway.ordinal";
// The port on which the model listens: not to be had from an inspection otherwise.
inline constexpr std::string_view kPortLabel = "slipway.port";

struct ContainerContext {
  std::string installation;
  std::string network;
  EngineKind kind = EngineKind::kDocker;
  std::string socket_folder = {};  // of this replica, on this node, for a Unix socket; empty: none
  bool has_init = false;  // the engine can put an init process in front (docker-init, catatonit)
};

// "slipway-<first 8 of the installation>": the network's name, and the front of every container's.
std::string installation_prefix(std::string_view installation);
std::string container_name(std::string_view installation, const domain::ReplicaKey& key);

Json container_spec(const ReplicaSpec& spec, const ContainerContext& context);

// The replica that a container's labels name; empty when they are not those of `installation`.
std::optional<domain::ReplicaKey> key_from_labels(const Json& labels,
                                                  std::string_view installation);

}  // namespace slipway::engine
