#pragma once
// Which revisions a deployment may lose. Pure; control/retention.h carries it out.

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "domain/deployment.h"

namespace slipway::domain {

struct RetentionRule {
  int newest = 200;  // at most so many are kept
  // What is older goes, also among the newest; none: age does not matter.
  std::optional<std::chrono::hours> oldest = {};
};

struct KeptRevision {
  int64_t number = 0;
  Timestamp created_at{};
  bool is_tagged = false;
};

// Revisions from .first to .second, both included: running replicas are named after one of them.
using RevisionRange = std::pair<int64_t, int64_t>;

// The numbers to remove, ascending. Tagged ones stay, and those in `in_use`.
std::vector<int64_t> expired_revisions(const RetentionRule& rule,
                                       std::vector<KeptRevision> revisions,
                                       const std::vector<RevisionRange>& in_use, Timestamp now);

}  // namespace slipway::domain
