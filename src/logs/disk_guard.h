#pragma once
// Keeps room on the disk for the database: below a floor of free space logs are not written until
// there is a good deal more again. One object for all writers; any thread.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

namespace slipway::logs {

class DiskGuard {
 public:
  // Free bytes; none: it cannot be told, and nothing is held back.
  using FreeSpace = std::function<std::optional<uint64_t>()>;
  static FreeSpace free_space_of(std::filesystem::path folder);

  // floor 0: never pauses by itself.
  DiskGuard(uint64_t floor, FreeSpace free_space)
      : floor_(floor), free_space_(std::move(free_space)) {}

  enum class Change { kNone, kPaused, kResumed };
  // Looks at the disk. Each change is told once.
  Change look();
  // A write found the disk full: true when that is news.
  bool found_full() { return !paused_.exchange(true); }
  bool paused() const { return paused_.load(std::memory_order_relaxed); }

 private:
  const uint64_t floor_;
  const FreeSpace free_space_;
  std::atomic<bool> paused_{false};
};

}  // namespace slipway::logs
