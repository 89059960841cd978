#pragma once
// The last snapshot on disk, so that a gateway that starts while control is away serves at once.
// Replaced atomically; a file that is broken is as good as none. Main thread only.

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "snapshot/snapshot.h"

namespace slipway::gateway {

class SnapshotFile {
 public:
  SnapshotFile(const std::filesystem::path& directory, const Logger& log)
      : path_(directory / "snapshot.bin"), log_(log.named("snapshot")) {}

  // Null when there is none, or none that can be used (which is logged).
  std::shared_ptr<const snapshot::Snapshot> load() const;
  // `encoded` is what encode() made. A failure is logged: serving goes on without the file.
  void save(std::string_view encoded) const;

 private:
  std::filesystem::path path_;
  Logger log_;
};

}  // namespace slipway::gateway
