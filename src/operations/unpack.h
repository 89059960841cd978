#pragma once
// A backup taken out of its archive and checked to the last byte. One thread.

#include <filesystem>
#include <string>

#include "base/result.h"
#include "operations/manifest.h"

namespace slipway::operations {

// Reads the archive at `fd` (named `what` in errors) and writes its files into `folder`, each with
// mode 0600 and on the disk when this returns. kInvalid when the archive is damaged, cut off, or no
// backup; kConflict when a newer Slipway wrote it. Then `folder` holds rubbish.
Result<Manifest> unpack_backup(int fd, const std::string& what,
                               const std::filesystem::path& folder);

}  // namespace slipway::operations
