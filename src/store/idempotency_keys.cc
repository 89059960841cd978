#include "store/idempotency_keys.h"

#include "store/database.h"

namespace slipway::store::idempotency_keys {

Result<std::optional<IdempotencyRow>> find(ReadTransaction& tx, std::string_view user,
                                           std::string_view key, Timestamp now) {
  Statement query = tx.database().prepare(
      "SELECT user_name, key, request, subject, created_at, answer FROM idempotency_keys "
      "WHERE user_name = ? AND key = ? AND created_at > ?");
  TRY_ASSIGN(const bool found, query.bind(user).bind(key).bind(now - kKept).step());
  if (!found) return std::nullopt;
  return IdempotencyRow{.user = query.text(0),
                        .key = query.text(1),
                        .request = query.text(2),
                        .subject = query.text(3),
                        .created_at = query.time(4),
                        .answer = query.text(5)};
}

Result<void> insert(WriteTransaction& tx, const IdempotencyRow& row) {
  TRY(tx.database()
          .prepare("DELETE FROM idempotency_keys WHERE created_at <= ?")
          .bind(row.created_at - kKept)
          .run());
  Statement statement = tx.database().prepare(
      "INSERT INTO idempotency_keys (user_name, key, request, subject, created_at, answer) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  statement.bind(row.user).bind(row.key).bind(row.request).bind(row.subject);
  TRY(statement.bind(row.created_at).bind_blob(row.answer).run());
  return {};
}

Result<void> set_answer(WriteTransaction& tx, std::string_view user, std::string_view key,
                        std::string_view answer) {
  TRY(tx.database()
          .prepare("UPDATE idempotency_keys SET answer = ? WHERE user_name = ? AND key = ?")
          .bind_blob(answer)
          .bind(user)
          .bind(key)
          .run());
  return {};
}

Result<void> remove(WriteTransaction& tx, std::string_view user, std::string_view key) {
  TRY(tx.database()
          .prepare("DELETE FROM idempotency_keys WHERE user_name = ? AND key = ?")
          .bind(user)
          .bind(key)
          .run());
  return {};
}

}  // namespace slipway::store::idempotency_keys
