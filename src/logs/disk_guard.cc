#include "logs/disk_guard.h"

#include <algorithm>
#include <system_error>

namespace slipway::logs {
namespace {

// Or writing would pause and resume with every segment.
constexpr uint64_t kMargin = uint64_t{32} * 1024 * 1024;

}  // namespace

DiskGuard::FreeSpace DiskGuard::free_space_of(std::filesystem::path folder) {
  return [folder = std::move(folder)]() -> std::optional<uint64_t> {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(folder, error);
    if (error) return std::nullopt;
    return space.available;
  };
}

DiskGuard::Change DiskGuard::look() {
  const std::optional<uint64_t> free = free_space_();
  if (!free) return paused_.exchange(false) ? Change::kResumed : Change::kNone;
  if (!paused()) {
    if (*free >= floor_) return Change::kNone;
    return paused_.exchange(true) ? Change::kNone : Change::kPaused;
  }
  const uint64_t enough = floor_ + std::min(floor_ / 4, kMargin) + 1;
  if (*free < enough) return Change::kNone;
  paused_ = false;
  return Change::kResumed;
}

}  // namespace slipway::logs
