#pragma once
// The single checks of the doctor. Each looks, changes nothing, and says at least one thing. The
// judge_*() are pure: numbers in, verdict out.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "operations/doctor.h"

namespace slipway::operations {

Findings check_state_directory(const std::filesystem::path& state_dir);
Findings check_space(const std::filesystem::path& state_dir);
Findings check_database(const std::filesystem::path& state_dir);
Findings check_keys(const std::filesystem::path& state_dir);
Findings check_engine(const Result<engine::Capabilities>& answer);
Findings check_front_door(const std::filesystem::path& state_dir, const std::string& listen);
Findings check_clock(const Clock& clock);
Findings check_limits();

struct Space {
  uint64_t free_bytes = 0;
  uint64_t total_bytes = 0;
  uint64_t free_inodes = 0;
  uint64_t total_inodes = 0;  // 0: the file system does not count them
};
Findings judge_space(const Space& space);

struct ClockFacts {
  Timestamp now{};
  bool monotonic_went_back = false;
  // What NTP says through the kernel; none: nobody keeps the clock, and its skew is unknown.
  std::optional<std::chrono::microseconds> ntp_error;
};
Findings judge_clock(const ClockFacts& facts);

}  // namespace slipway::operations
