#pragma once
// Which snapshots each replica stood in, so that the feed can say whether a gateway may still send
// to it and whether all of them do. A value without a lock, owned by the feed. Keeps only what some
// snapshot in use may contain.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "snapshot/snapshot.h"

namespace slipway::control {

class RoutedReplicas {
 public:
  void published(const snapshot::Snapshot& snapshot);

  // Does the newest snapshot, or one not older than `oldest_in_use`, contain it?
  bool stands_since(std::string_view replica, uint64_t oldest_in_use) const;
  // Do all snapshots from `adopted` to the newest contain it, at its present address?
  bool stands_in_all_from(std::string_view replica, uint64_t adopted) const;

  void drop_older_than(uint64_t oldest_in_use);
  size_t size() const { return standing_.size(); }

 private:
  struct Standing {
    std::string host;
    uint16_t port = 0;
    uint64_t first = 0;  // in every snapshot from here ...
    uint64_t last = 0;   // ... to here
  };
  std::map<std::string, Standing, std::less<>> standing_;
  uint64_t newest_ = 0;
};

}  // namespace slipway::control
