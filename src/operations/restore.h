#pragma once
// `slipwayd restore`: makes a state directory out of a backup. All or nothing: unpacked and checked
// beside, then put in place by one rename(2). One thread; slipwayd must not run on the directory.

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "operations/manifest.h"

namespace slipway::operations {

struct RestoreOptions {
  std::string from;  // a file; "-": standard input
  std::filesystem::path state_dir;
  // A state directory that is not empty is moved aside; its folders of models and of plain
  // processes stay in use. Without it such a directory is refused.
  bool force = false;
};

struct RestoreReport {
  Manifest manifest;
  int64_t newest_schema = 0;       // what control brings the database to at its start
  std::filesystem::path moved_to;  // where the old state directory is now; empty: there was none
  bool lacks_keys = false;         // the backup was made without them
};

// On a failure the state directory is as it was.
Result<RestoreReport> restore_backup(const RestoreOptions& options, const Clock& clock);

}  // namespace slipway::operations
