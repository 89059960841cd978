#include "gateway/snapshot_file.h"

#include "os/file.h"
#include "snapshot/encoding.h"

namespace slipway::gateway {

std::shared_ptr<const snapshot::Snapshot> SnapshotFile::load() const {
  const Result<std::string> bytes = os::read_file(path_, snapshot::kMaxSnapshotBytes);
  if (!bytes) {
    if (bytes.error().code != ErrorCode::kNotFound) {
      log_.warn("the kept snapshot cannot be read; starting without it",
                {{"path", path_.string()}, {"error", bytes.error().message}});
    }
    return nullptr;
  }
  Result<snapshot::Snapshot> decoded = snapshot::decode(*bytes);
  if (!decoded) {
    log_.warn("the kept snapshot is broken; starting without it",
              {{"path", path_.string()}, {"error", decoded.error().message}});
    return nullptr;
  }
  return std::make_shared<const snapshot::Snapshot>(std::move(*decoded));
}

void SnapshotFile::save(std::string_view encoded) {
  if (writer_ == nullptr) return;
  const std::lock_guard lock(mutex_);
  const bool told = next_.has_value();
  next_ = encoded;
  // It refuses only while it ends, which nobody saves in.
  if (!told) (void)writer_->post([this] { write_next(); });
}

void SnapshotFile::leave() {
  {
    const std::lock_guard lock(mutex_);
    next_.reset();
  }
  // Waits for what is being written.
  writer_.reset();
}

void SnapshotFile::write_next() {
  std::optional<std::string> encoded;
  {
    const std::lock_guard lock(mutex_);
    encoded.swap(next_);
  }
  if (!encoded) return;
  // Routes name deployments of other people: not for every user of the machine.
  const Result<void> saved = os::replace_file(path_, *encoded, 0600);
  if (!saved) {
    log_.warn("the snapshot cannot be kept on disk; a restart without control would have no routes",
              {{"path", path_.string()}, {"error", saved.error().message}});
  }
}

}  // namespace slipway::gateway
