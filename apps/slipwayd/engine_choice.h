#pragma once
// Which replica engine runs here, and how it is made. `auto` asks the usual sockets and settles on
// processes when no container engine answers. Main thread, at start.

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/http_client.h"
#include "engine/replica_engine.h"
#include "settings.h"

namespace slipway::app {

// What an engine is made with; all but the strings outlive it.
struct EngineParts {
  const Settings& settings;
  std::string installation;
  const Clock& clock;
  call::HttpClient& client;
};

Result<std::unique_ptr<engine::ReplicaEngine>> make_engine(const EngineParts& parts,
                                                           const Logger& log);

// What make_engine() would find, without making it: what runs is not touched.
Result<engine::Capabilities> ask_engine(const Settings& settings);

}  // namespace slipway::app
