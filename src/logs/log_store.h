#pragma once
// All stored logs of this installation: where each deployment's are, whose they are, and who waits
// for more. A deployment's folder is named after its id and its birth, so that one that later takes
// the id of a deleted one never shows the other's lines; a note in it says which group may read
// them when the deployment is gone.
//
//   <root>/<id>~<created, µs>/owner.json
//                            /<replica>/000001-000000000001.sealed ... .open
//
// Made once by main; any thread. Writers and readers work on the files without a lock of it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "logs/arrivals.h"
#include "logs/disk_guard.h"
#include "logs/retention.h"

namespace slipway::logs {

struct LogOwner {
  std::string deployment;
  Timestamp created_at{};
  std::string name;
  std::string group;
  bool operator==(const LogOwner&) const = default;
};

struct LogStoreOptions {
  std::filesystem::path root;
  KeepRule keep = {};
  uint64_t free_floor = 0;
  // Of the disk that `root` is on; empty: it is looked up.
  DiskGuard::FreeSpace free_space = {};
};

class LogStore {
 public:
  explicit LogStore(const LogStoreOptions& options);

  std::filesystem::path folder_of(const LogOwner& owner) const;
  // Makes the folder and its note. kUnavailable or the like when it cannot be made.
  Result<std::filesystem::path> prepare(const LogOwner& owner) const;
  // Those of deployments that had this id, newest first.
  std::vector<LogOwner> owners_of(const std::string& deployment) const;
  // Names of the replicas (and of other sources) that have a log there.
  std::vector<std::string> sources_in(const std::filesystem::path& folder) const;

  // One pass of retention over all folders. `living`: deployments whose folders stay, even when
  // empty.
  Swept sweep(Timestamp now, const std::set<std::string>& living) const;
  // Seals what a writer left open that is no more: all but these replicas'.
  Swept seal_all_but(const std::set<std::string>& replicas) const;

  Arrivals& arrivals() { return arrivals_; }
  DiskGuard& disk() { return disk_; }
  const LogStoreOptions& options() const { return options_; }

 private:
  const LogStoreOptions options_;
  Arrivals arrivals_;
  DiskGuard disk_;
};

}  // namespace slipway::logs
