#pragma once
// Removes revisions that the retention rule does not keep. Part of the retention job's pass.

#include "base/clock.h"
#include "base/result.h"
#include "domain/retention.h"
#include "store/store.h"

namespace slipway::control {

// One round over all deployments, each in a write of its own; how many revisions went.
Result<int64_t> remove_expired_revisions(store::Store& store, const domain::RetentionRule& rule,
                                         Timestamp now);

}  // namespace slipway::control
