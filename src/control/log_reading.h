#pragma once
// Stored logs for those who may read them: of one replica or all of a deployment, also when they
// are gone. Who may see the deployment may read its logs; those of a deleted one stay readable for
// its group as long as they are kept, until its id is taken again by one that the caller sees.
//
// Functions over what main made; any thread.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/caller.h"
#include "control/replica_views.h"
#include "logs/line_filter.h"
#include "logs/log_store.h"
#include "store/store.h"

namespace slipway::control {

// What stands beside the replicas of a deployment: lines that concern all of them.
inline constexpr std::string_view kDeploymentLog = "deployment";

// Where the lines are that somebody may read.
struct LogPlace {
  std::filesystem::path folder;
  logs::LogOwner owner;
  std::string replica;  // "": all of them
  bool paused = false;  // nothing is stored now, because the disk is nearly full
};

struct LogRequest {
  logs::LineFilter filter = {};
  std::optional<uint64_t> tail = {};  // the newest so many of the wanted lines; none: all
  bool previous = false;              // the run before the newest, of each replica
  // Go on behind these lines, by replica; then `tail` is not looked at.
  std::map<std::string, uint64_t> after = {};
  // Until the deployment is deleted, or the one replica has been away for a while.
  bool follow = false;
};

// While following it is called with nullptr when nothing more is at hand, and at least every
// second. False: no more, please.
using StoredLineSink =
    std::function<bool(const std::string& replica, const logs::NumberedLine* line)>;

struct LogReadingParts {
  store::Store& store;
  ReplicaViews& views;
  logs::LogStore& logs;
  const Clock& clock;
};

// The owner's note of a deployment that is there; none: it is not.
std::optional<logs::LogOwner> owner_of_logs(store::Store& store, const std::string& deployment_id);

// kNotFound says which logs there are.
Result<LogPlace> find_logs(const LogReadingParts& parts, const Caller& caller,
                           const std::string& deployment_id, const std::string& replica);

// Blocks while following. An error breaks off what was given so far.
Result<void> read_logs(const LogReadingParts& parts, const LogPlace& place,
                       const LogRequest& request, const StoredLineSink& sink);

}  // namespace slipway::control
