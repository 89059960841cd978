#pragma once
// `slipwayd backup`: everything of a state directory that cannot be made again, as one tar file.
// Works beside a running slipwayd and on a stopped one: it reads the database on a connection of
// its own, which never holds the writer up. One thread.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "operations/manifest.h"

namespace slipway::operations {

struct BackupOptions {
  std::filesystem::path state_dir;
  std::string to;         // a file, replaced as a whole, mode 0600; "-": standard output
  bool with_keys = true;  // with them, a backup is as secret as the state directory
  std::string slipway_version = {};
};

// What was written. On a failure there is no file, or the one that was there before.
Result<Manifest> make_backup(const BackupOptions& options, const Clock& clock);

}  // namespace slipway::operations
