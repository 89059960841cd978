#include "store/users.h"

#include <fmt/format.h>

#include "store/database.h"

namespace slipway::store::users {
namespace {

UserRow read_row(const Statement& row) {
  return {.name = row.text(0),
          .password_hash = row.text(1),
          .admin = row.integer(2) != 0,
          .disabled = row.integer(3) != 0,
          .created_at = row.time(4)};
}

}  // namespace

Result<std::optional<UserRow>> find(ReadTransaction& tx, std::string_view name) {
  Statement query = tx.database().prepare(
      "SELECT name, password_hash, admin, disabled, created_at FROM users WHERE name = ?");
  TRY_ASSIGN(const bool found, query.bind(name).step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Result<std::vector<UserRow>> all(ReadTransaction& tx) {
  Statement query = tx.database().prepare(
      "SELECT name, password_hash, admin, disabled, created_at FROM users ORDER BY name");
  std::vector<UserRow> out;
  while (true) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) return out;
    out.push_back(read_row(query));
  }
}

Result<void> insert(WriteTransaction& tx, const UserRow& user) {
  Statement row = tx.database().prepare(
      "INSERT INTO users (name, password_hash, admin, disabled, created_at) "
      "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  row.bind(user.name).bind(user.password_hash).bind(user.admin).bind(user.disabled);
  TRY_ASSIGN(const int64_t written, row.bind(user.created_at).run());
  if (written == 1) return {};
  return fail(ErrorCode::kConflict, fmt::format("there is a user '{}' already", user.name));
}

Result<void> update(WriteTransaction& tx, const UserRow& user) {
  Statement row = tx.database().prepare(
      "UPDATE users SET password_hash = ?, admin = ?, disabled = ? WHERE name = ?");
  row.bind(user.password_hash).bind(user.admin).bind(user.disabled).bind(user.name);
  TRY_ASSIGN(const int64_t written, row.run());
  if (written == 1) return {};
  return fail(ErrorCode::kNotFound, fmt::format("there is no user '{}'", user.name));
}

}  // namespace slipway::store::users
