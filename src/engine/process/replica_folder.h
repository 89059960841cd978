#pragma once
// What is kept on disk about one replica of the process engine, so that it is found again after our
// own restart:
//
//   <state>/<replica id>/lock           held by the replica's shim as long as it lives
//                       /replica.json   key, image, port: written before the shim starts
//                       /started.json   pid and start time of the model, by the shim
//                       /exit.json      how it ended, by the shim
//                       /log, /log.1    its output (replica_log.h)
//
// The lock says whether it runs: the kernel frees it however the shim ends, and no recycled pid can
// fool it. Values and functions of files; any thread.

#include <filesystem>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "engine/replica_engine.h"
#include "os/fd.h"
#include "os/process.h"

namespace slipway::engine {

struct ReplicaFolder {
  std::filesystem::path path;

  std::filesystem::path lock() const { return path / "lock"; }
  std::filesystem::path record() const { return path / "replica.json"; }
  std::filesystem::path started() const { return path / "started.json"; }
  std::filesystem::path exit() const { return path / "exit.json"; }
  std::filesystem::path log() const { return path / "log"; }
  std::filesystem::path older_log() const { return path / "log.1"; }
};

// Takes the lock for a shim that shall inherit it; kConflict when one holds it.
Result<os::UniqueFd> take_replica_lock(const ReplicaFolder& folder);
bool is_replica_locked(const ReplicaFolder& folder);

struct ReplicaRecord {
  domain::ReplicaKey key;
  std::string image;
  uint16_t port = 0;
};
Json to_json(const ReplicaRecord& record);
std::optional<ReplicaRecord> read_replica_record(const ReplicaFolder& folder);

struct StartedRecord {
  os::ProcessIdentity model;
  Timestamp at{};
};
Json to_json(const StartedRecord& record);
std::optional<StartedRecord> read_started_record(const ReplicaFolder& folder);

struct ExitRecord {
  std::optional<int> code;
  bool out_of_memory = false;
  Timestamp at{};
  std::string detail;
};
Json to_json(const ExitRecord& record);
std::optional<ExitRecord> read_exit_record(const ReplicaFolder& folder);

// Empty for a folder that no start has got far enough to make a replica of.
std::optional<ObservedReplica> observe_replica_folder(const ReplicaFolder& folder);

}  // namespace slipway::engine
