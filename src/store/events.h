#pragma once
// The timelines of all deployments, in one growing sequence that never goes back.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "store/transaction.h"

namespace slipway::store::events {

// Of each deployment so many of the newest are kept.
inline constexpr int kKeptPerDeployment = 1000;

// Gives the event its sequence, which is returned; event.sequence is ignored. kNotFound when the
// deployment is gone.
Result<int64_t> append(WriteTransaction& tx, const domain::Event& event);
// Oldest first, only those after `after_sequence`; at most `limit`.
Result<std::vector<domain::Event>> after(ReadTransaction& tx, std::string_view deployment_id,
                                         int64_t after_sequence, int limit);
// The newest sequence of one deployment; 0: none.
Result<int64_t> newest(ReadTransaction& tx, std::string_view deployment_id);

}  // namespace slipway::store::events
