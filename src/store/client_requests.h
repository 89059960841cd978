#pragma once
// The table of requests by client and month: what clients::add_use() adds up as it counts. Rows
// outlive the client and its deployment.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/usage_hours.h"
#include "store/transaction.h"

namespace slipway::store::client_requests {

// To the month of `time`; nothing, when the deployment is gone.
Result<void> add(WriteTransaction& tx, std::string_view deployment_id, std::string_view client,
                 int64_t requests, Timestamp time);

// From `first` to `last`, both included, of these groups (none: of all); by month, group,
// deployment and client.
Result<std::vector<domain::ClientRequests>> between(
    ReadTransaction& tx, domain::Month first, domain::Month last,
    const std::optional<std::vector<std::string>>& groups);

}  // namespace slipway::store::client_requests
