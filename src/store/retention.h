#pragma once
// Deletes what is kept for a time only. Each call takes away at most `limit` rows, so that no
// writer waits long behind it, and says how many went: fewer than `limit` means that it is done.

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store::retention {

// Idempotency keys older than idempotency_keys::kKept.
Result<int64_t> remove_idempotency_keys(WriteTransaction& tx, Timestamp now, int limit);
// API tokens that expired before `expired_before`.
Result<int64_t> remove_api_tokens(WriteTransaction& tx, Timestamp expired_before, int limit);
// Sessions that have expired by `now`.
Result<int64_t> remove_sessions(WriteTransaction& tx, Timestamp now, int limit);
// Rows of the audit trail that were written before `written_before`, from the oldest on; stops at
// the first that is younger, so that a clock that was wrong once costs no row too many.
Result<int64_t> remove_audit(WriteTransaction& tx, Timestamp written_before, int limit);

}  // namespace slipway::store::retention
