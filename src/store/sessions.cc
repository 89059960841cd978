#include "store/sessions.h"

#include "store/database.h"

namespace slipway::store::sessions {

Result<std::optional<SessionRow>> find(ReadTransaction& tx, std::string_view digest) {
  Statement query = tx.database().prepare(
      "SELECT digest, user_name, source, created_at, last_used_at, expires_at FROM sessions "
      "WHERE digest = ?");
  TRY_ASSIGN(const bool found, query.bind_blob(digest).step());
  if (!found) return std::nullopt;
  return SessionRow{.digest = query.text(0),
                    .user = query.text(1),
                    .source = query.text(2),
                    .created_at = query.time(3),
                    .last_used_at = query.time(4),
                    .expires_at = query.time(5)};
}

Result<void> insert(WriteTransaction& tx, const SessionRow& session) {
  Statement row = tx.database().prepare(
      "INSERT INTO sessions (digest, user_name, source, created_at, last_used_at, expires_at) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  row.bind_blob(session.digest).bind(session.user).bind(session.source);
  row.bind(session.created_at).bind(session.last_used_at);
  TRY(row.bind(session.expires_at).run());
  return {};
}

Result<void> set_last_used(WriteTransaction& tx, std::string_view digest, Timestamp at) {
  TRY(tx.database()
          .prepare("UPDATE sessions SET last_used_at = ? WHERE digest = ?")
          .bind(at)
          .bind_blob(digest)
          .run());
  return {};
}

Result<bool> remove(WriteTransaction& tx, std::string_view digest) {
  TRY_ASSIGN(
      const int64_t removed,
      tx.database().prepare("DELETE FROM sessions WHERE digest = ?").bind_blob(digest).run());
  return removed > 0;
}

Result<void> remove_of_user(WriteTransaction& tx, std::string_view user) {
  TRY(tx.database().prepare("DELETE FROM sessions WHERE user_name = ?").bind(user).run());
  return {};
}

Result<void> remove_expired(WriteTransaction& tx, Timestamp now, Timestamp idle_since) {
  TRY(tx.database()
          .prepare("DELETE FROM sessions WHERE expires_at <= ? OR last_used_at <= ?")
          .bind(now)
          .bind(idle_since)
          .run());
  return {};
}

}  // namespace slipway::store::sessions
