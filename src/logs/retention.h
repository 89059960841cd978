#pragma once
// How long logs are kept: of each deployment up to a size, none older than an age; the oldest
// segments go first. What is being written stays. Functions of files; one caller at a time.

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "base/clock.h"

namespace slipway::logs {

struct KeepRule {
  uint64_t bytes = 0;           // of a deployment, as stored; 0: any
  std::chrono::seconds age{0};  // since the segment was written last; 0: for ever
};

struct Swept {
  int64_t segments = 0;
  uint64_t bytes = 0;
  bool operator==(const Swept&) const = default;
};

// Of one deployment's folder. Takes away emptied replica folders, too; the deployment's own when
// `may_go` and nothing is left in it but its owner's note.
Swept sweep_folder(const std::filesystem::path& folder, const KeepRule& rule, Timestamp now,
                   bool may_go);

}  // namespace slipway::logs
