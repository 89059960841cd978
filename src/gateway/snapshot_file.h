#pragma once
// The last snapshot on disk, so that a gateway that starts while control is away serves at once.
// Replaced atomically; a file that is broken is as good as none.
//
// Owned by the Gateway and used on its main thread; writes on a thread of its own, since a disk may
// take seconds and adoptions are acknowledged meanwhile. Destroying it writes what still waits.

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "os/thread_pool.h"
#include "snapshot/snapshot.h"

namespace slipway::gateway {

class SnapshotFile {
 public:
  SnapshotFile(const std::filesystem::path& directory, const Logger& log)
      : path_(directory / "snapshot.bin"), log_(log.named("snapshot")) {}

  // Null when there is none, or none that can be used (which is logged).
  std::shared_ptr<const snapshot::Snapshot> load() const;
  // `encoded` is what encode() made. Returns before it is written; of several that wait, the last
  // is. A failure is logged: serving goes on without the file.
  void save(std::string_view encoded);
  // The file is another gateway's: nothing is written any more once this has returned.
  void leave();

 private:
  void write_next();

  const std::filesystem::path path_;
  const Logger log_;
  std::mutex mutex_;
  std::optional<std::string> next_;
  // Null once it was left. Last: it ends first.
  std::unique_ptr<os::ThreadPool> writer_ = std::make_unique<os::ThreadPool>("snapshot", 1);
};

}  // namespace slipway::gateway
