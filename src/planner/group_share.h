#pragma once
// Who in a group may place new replicas now, when the group's quota does not hold them all: it was
// lowered after they were accepted, or updates want room for extra replicas. Pure; counted from our
// own records.
//
//  - What lives stays: nothing is ended for a quota. A replica that is replaced, by its next
//    revision or since it ended, keeps its place meanwhile.
//  - Nothing new is placed beyond the quota; what was accepted first is placed first.
//  - What the quota has left beside all of that is headroom for updates.

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/group.h"
#include "domain/quota.h"

namespace slipway::planner {

struct ShareAsked {
  std::string deployment_id;
  Timestamp accepted_at{};
  int wanted = 0;            // replicas of the newest revision; 0: it shall not run
  domain::Usage one = {};    // of those
  domain::Usage lives = {};  // what its living replicas of any revision take; deployments is 0 or 1
  int held = 0;              // wanted replicas that have lived and whose places are kept
};

struct Share {
  int granted = 0;            // of the wanted replicas so many may live
  domain::Usage budget = {};  // may be placed now: what is granted and does not live, and headroom
  int headroom = 0;           // replicas of `one` that fit beside all that lives and is granted
  // For people, when fewer than wanted are granted: "waits: group 'x' may use 4 CPU, ..."
  std::string waits = {};
  bool operator==(const Share&) const = default;
};

std::map<std::string, Share> share_quota(const std::string& group, const domain::Quota& quota,
                                         std::vector<ShareAsked> asked);

}  // namespace slipway::planner
