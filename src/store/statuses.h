#pragma once
// The table of statuses: what the reconciler found out last about each deployment.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/status.h"
#include "store/transaction.h"

namespace slipway::store::statuses {

// As it was stored; it may speak about an older generation than the deployment has now.
Result<std::optional<domain::Status>> find(ReadTransaction& tx, std::string_view deployment_id);
// kNotFound when the deployment is gone. A status equal to the stored one writes nothing. When
// phase, reason or serving revision differ, an event of kind "status" is added to the timeline, so
// that a watcher that resumes by event sequence misses no change. Keep times out of the reason.
Result<void> put(WriteTransaction& tx, std::string_view deployment_id, const domain::Status& status,
                 Timestamp now);

}  // namespace slipway::store::statuses
