#include "control/routed_replicas.h"

namespace slipway::control {

void RoutedReplicas::published(const snapshot::Snapshot& snapshot) {
  for (const snapshot::Route& route : snapshot.routes) {
    for (const snapshot::Replica& replica : route.replicas) {
      Standing& standing = standing_[replica.id];
      const bool unbroken = standing.last == newest_ && newest_ != 0 &&
                            standing.host == replica.host && standing.port == replica.port;
      if (!unbroken) standing.first = snapshot.version;
      standing.host = replica.host;
      standing.port = replica.port;
      standing.last = snapshot.version;
    }
  }
  newest_ = snapshot.version;
}

bool RoutedReplicas::stands_since(std::string_view replica, uint64_t oldest_in_use) const {
  const auto at = standing_.find(replica);
  if (at == standing_.end()) return false;
  return at->second.last == newest_ || (oldest_in_use != 0 && at->second.last >= oldest_in_use);
}

bool RoutedReplicas::stands_in_all_from(std::string_view replica, uint64_t adopted) const {
  const auto at = standing_.find(replica);
  return at != standing_.end() && at->second.last == newest_ && adopted >= at->second.first;
}

void RoutedReplicas::drop_older_than(uint64_t oldest_in_use) {
  std::erase_if(standing_, [&](const auto& entry) {
    return entry.second.last != newest_ && entry.second.last < oldest_in_use;
  });
}

}  // namespace slipway::control
