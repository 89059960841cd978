#pragma once
// The table of what people did to deployments. Rows go with their deployment, and when they are
// older than the newest kKeptPerDeployment.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/history.h"
#include "store/transaction.h"

namespace slipway::store::history {

// Of each deployment so many of the newest are kept: more than revisions are, since starts, stops
// and clients stand here, too.
inline constexpr int kKeptPerDeployment = 1000;

// Gives the entry its sequence, which is returned; entry.sequence is ignored. kNotFound when the
// deployment is gone.
Result<int64_t> append(WriteTransaction& tx, const domain::HistoryEntry& entry);
// Newest first, only those before `before_sequence` (0: from the newest); at most `limit`.
Result<std::vector<domain::HistoryEntry>> before(ReadTransaction& tx,
                                                 std::string_view deployment_id,
                                                 int64_t before_sequence, int limit);

}  // namespace slipway::store::history
