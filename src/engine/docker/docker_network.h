#pragma once
// The installation's own bridge network: replicas are reached by their addresses on it. Made on
// first use; any thread, also several at once.

#include <string>

#include "base/result.h"
#include "engine/docker/docker_api.h"

namespace slipway::engine {

// A success when it is there already.
Result<void> ensure_docker_network(DockerApi& api, EngineKind kind, const std::string& name,
                                   const std::string& installation);

// A success when it is gone already; kConflict while containers are on it.
Result<void> remove_docker_network(DockerApi& api, const std::string& name);

}  // namespace slipway::engine
