#pragma once
// The files of the state directory that cannot be made again, by name: what a backup holds.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace slipway::operations {

inline constexpr const char* kDatabaseFile = "slipway.db";
inline constexpr const char* kInstallationFile = "installation";
inline constexpr const char* kKeySuffix = ".key";
inline constexpr const char* kControlDirectory = "control";
// Not in a backup, but they go along when a restore replaces a state directory: what runs as plain
// processes, the folders that containers share for their Unix sockets, and the model folders of the
// process engine.
inline constexpr const char* kReplicaDirectory = "replicas";
inline constexpr const char* kSocketDirectory = "sockets";
inline constexpr const char* kModelDirectory = "models";

// Names of the key files in `state_dir`, sorted.
Result<std::vector<std::string>> key_files(const std::filesystem::path& state_dir);

}  // namespace slipway::operations
