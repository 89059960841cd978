#pragma once
// A container's log as lines, read once or followed. Blocking, on the caller's thread; a follower
// runs one thread of its own that reads from the engine while the caller's waits with a clock.

#include <string>

#include "engine/docker/docker_api.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

// kNotFound when there is no such container.
Result<void> read_docker_logs(DockerApi& api, const std::string& container, const LogQuery& query,
                              const LogSink& sink);

}  // namespace slipway::engine
