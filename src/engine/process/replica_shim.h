#pragma once
// The small process that stands between the engine and one model process: it starts the model, puts
// time stamps on its output, and writes down how it ended. It outlives control, so that neither
// output nor exit code is lost when control is killed; when the shim itself is killed the kernel
// kills the model with it.
//
// The program that embeds it calls run_replica_shim() as all of its main(): slipwayd under a
// subcommand of its own. Single-threaded.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "os/child.h"

namespace slipway::engine {

// What the engine hands over on descriptor kShimOrderFd; kShimLockFd is the lock of the replica.
inline constexpr int kShimOrderFd = 3;
inline constexpr int kShimLockFd = 4;

struct ShimOrder {
  std::filesystem::path folder;        // of the replica (replica_folder.h)
  std::filesystem::path changes_file;  // touched when the replica starts and ends
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::string working_directory;
  std::vector<std::filesystem::path> resource_groups;
  std::optional<os::RunAs> run_as;
  int64_t log_bytes = int64_t{10} * 1024 * 1024;  // of each of the two files
};
Json to_json(const ShimOrder& order);
Result<ShimOrder> read_shim_order(const Json& json);

// Returns when the model has ended. The exit code of the process: 0 when its end is written down.
int run_replica_shim();

}  // namespace slipway::engine
