#pragma once
// What people did to a deployment, one entry each: the story that a reader of its history wants. A
// value; the store keeps it in one growing sequence.

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/spec_diff.h"

namespace slipway::domain {

struct HistoryEntry {
  int64_t sequence = 0;  // given by the store
  std::string deployment_id = {};
  Timestamp time{};
  // "create", "update", "start", "stop", "rollback", "delete", "client_added", "client_changed",
  // "client_removed", "client_rotated", "tag"
  std::string kind = {};
  int64_t revision = 0;  // that the deployment was at, after this
  std::string actor = {};
  std::string message = {};              // their own words, or what was done when they gave none
  std::vector<SpecChange> changes = {};  // secrets are masked
  bool operator==(const HistoryEntry&) const = default;
};

}  // namespace slipway::domain
