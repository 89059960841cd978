#include "store/api_tokens.h"

#include "store/database.h"

namespace slipway::store::api_tokens {
namespace {

#define SLIPWAY_TOKEN_COLUMNS \
  "id, digest, name, user_name, may_write, created_at, last_used_at, expires_at"

ApiTokenRow read_row(const Statement& row) {
  return {.id = row.text(0),
          .digest = row.text(1),
          .name = row.text(2),
          .user = row.text(3),
          .may_write = row.integer(4) != 0,
          .created_at = row.time(5),
          .last_used_at = row.optional_time(6),
          .expires_at = row.optional_time(7)};
}

Result<std::optional<ApiTokenRow>> read_one(Statement& query) {
  TRY_ASSIGN(const bool found, query.step());
  if (!found) return std::nullopt;
  return read_row(query);
}

}  // namespace

Result<std::optional<ApiTokenRow>> find_by_digest(ReadTransaction& tx, std::string_view digest) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_TOKEN_COLUMNS " FROM api_tokens WHERE digest = ?");
  query.bind_blob(digest);
  return read_one(query);
}

Result<std::optional<ApiTokenRow>> find(ReadTransaction& tx, std::string_view id) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_TOKEN_COLUMNS " FROM api_tokens WHERE id = ?");
  query.bind(id);
  return read_one(query);
}

Result<std::vector<ApiTokenRow>> of_user(ReadTransaction& tx, std::string_view user) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_TOKEN_COLUMNS
                            " FROM api_tokens WHERE user_name = ? ORDER BY created_at DESC, id");
  query.bind(user);
  return query.all(read_row);
}

Result<void> insert(WriteTransaction& tx, const ApiTokenRow& token) {
  Statement row = tx.database().prepare("INSERT INTO api_tokens (" SLIPWAY_TOKEN_COLUMNS
                                        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  row.bind(token.id).bind_blob(token.digest).bind(token.name).bind(token.user);
  row.bind(token.may_write).bind(token.created_at).bind(token.last_used_at);
  TRY(row.bind(token.expires_at).run());
  return {};
}

Result<void> set_last_used(WriteTransaction& tx, std::string_view id, Timestamp at) {
  TRY(tx.database()
          .prepare("UPDATE api_tokens SET last_used_at = ? WHERE id = ?")
          .bind(at)
          .bind(id)
          .run());
  return {};
}

Result<bool> remove(WriteTransaction& tx, std::string_view id) {
  TRY_ASSIGN(const int64_t removed,
             tx.database().prepare("DELETE FROM api_tokens WHERE id = ?").bind(id).run());
  return removed > 0;
}

Result<void> remove_expired(WriteTransaction& tx, Timestamp now) {
  TRY(tx.database().prepare("DELETE FROM api_tokens WHERE expires_at <= ?").bind(now).run());
  return {};
}

}  // namespace slipway::store::api_tokens
