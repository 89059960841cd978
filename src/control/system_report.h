#pragma once
// The use case of "how is this installation?": the engine, the gateways and their snapshots, the
// disk, the database. For platform admins. Made once by main; any thread; a call asks the engine,
// so it takes as long as that.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"
#include "control/gateway_feed.h"

namespace slipway::engine {
class ReplicaEngine;
}
namespace slipway::logs {
class LogStore;
}
namespace slipway::store {
class Store;
}

namespace slipway::control {

struct SystemReport {
  struct Engine {
    std::string name;                        // "docker"
    std::string version;                     // of the engine behind it; "": it has none
    bool isolates = true;                    // false: replicas share this machine's files
    std::optional<int64_t> cpu_millis = {};  // of the whole node; none: the engine did not tell
    std::optional<int64_t> memory_bytes = {};
    std::string problem = {};  // "": it answers
  };
  struct Database {
    uint64_t bytes = 0;          // with what is not folded in yet
    uint64_t history_bytes = 0;  // of the history of metrics, a file of its own
    std::string problem = {};    // "": it can be written
  };
  struct Disk {
    std::filesystem::path state_dir;
    std::optional<uint64_t> free_bytes = {};  // none: the disk did not tell
    std::optional<uint64_t> size_bytes = {};
    uint64_t logs_bytes = 0;
    bool logs_paused = false;  // nothing is stored for want of room
  };
  struct Gateway {
    std::string id;
    uint64_t adopted_version = 0;                                // 0: none of ours
    std::chrono::milliseconds age{};                             // since it asked last
    std::string metrics_at = {};                                 // "": it shows none
    std::vector<snapshot::ServedCertificate> certificates = {};  // the first to end first
  };

  Timestamp started_at{};  // of control
  std::chrono::milliseconds uptime{};
  Engine engine;
  Database database;
  Disk disk;
  uint64_t snapshot_version = 0;  // 0: nothing was published yet
  std::optional<Timestamp> snapshot_published_at = {};
  std::vector<Gateway> gateways;  // those that asked lately
};

class System {
 public:
  virtual ~System() = default;

  // kDenied for everybody but platform admins. A part that does not answer is no error: the report
  // says so.
  virtual Result<SystemReport> report(const Caller& caller) = 0;
};

struct SystemParts {
  store::Store& store;
  engine::ReplicaEngine& engine;
  const GatewayFeed& feed;
  logs::LogStore& logs;
  const Clock& clock;
  std::filesystem::path state_dir;
  std::filesystem::path database;
  std::filesystem::path history;  // of metrics
};

// References outlive it. Control counts as started now.
std::unique_ptr<System> make_system(SystemParts parts);

}  // namespace slipway::control
