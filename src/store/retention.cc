#include "store/retention.h"

#include "store/database.h"
#include "store/idempotency_keys.h"

namespace slipway::store::retention {
namespace {

Result<int64_t> remove_older(WriteTransaction& tx, std::string_view statement, Timestamp time,
                             int limit) {
  return tx.database().prepare(statement).bind(time).bind(limit).run();
}

}  // namespace

Result<int64_t> remove_idempotency_keys(WriteTransaction& tx, Timestamp now, int limit) {
  return remove_older(tx,
                      "DELETE FROM idempotency_keys WHERE (user_name, key) IN (SELECT user_name, "
                      "key FROM idempotency_keys WHERE created_at <= ? LIMIT ?)",
                      now - idempotency_keys::kKept, limit);
}

Result<int64_t> remove_api_tokens(WriteTransaction& tx, Timestamp expired_before, int limit) {
  return remove_older(tx,
                      "DELETE FROM api_tokens WHERE id IN "
                      "(SELECT id FROM api_tokens WHERE expires_at < ? LIMIT ?)",
                      expired_before, limit);
}

Result<int64_t> remove_sessions(WriteTransaction& tx, Timestamp now, int limit) {
  return remove_older(tx,
                      "DELETE FROM sessions WHERE digest IN "
                      "(SELECT digest FROM sessions WHERE expires_at <= ? LIMIT ?)",
                      now, limit);
}

Result<int64_t> remove_audit(WriteTransaction& tx, Timestamp written_before, int limit) {
  // The oldest row that stays bounds the search: rows come in the order of their sequence. The sign
  // keeps the index of times out, which would have to sort all that stays.
  return remove_older(tx,
                      "DELETE FROM audit WHERE sequence IN (SELECT sequence FROM audit WHERE "
                      "sequence < coalesce((SELECT sequence FROM audit WHERE +time >= ?1 "
                      "ORDER BY sequence LIMIT 1), 9223372036854775807) ORDER BY sequence LIMIT "
                      "?2)",
                      written_before, limit);
}

}  // namespace slipway::store::retention
