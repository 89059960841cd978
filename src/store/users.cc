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
          .created_at = row.time(4),
          .display_name = row.text(5),
          .email = row.text(6),
          .must_change_password = row.integer(7) != 0,
          .external_id = row.text(8),
          .generation = row.integer(9)};
}

}  // namespace

Result<std::optional<UserRow>> find(ReadTransaction& tx, std::string_view name) {
  Statement query = tx.database().prepare(
      "SELECT name, password_hash, admin, disabled, created_at, display_name, email, "
      "must_change_password, external_id, generation FROM users WHERE name = ?");
  TRY_ASSIGN(const bool found, query.bind(name).step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Result<std::optional<UserRow>> find_by_external_id(ReadTransaction& tx, std::string_view id) {
  Statement query = tx.database().prepare(
      "SELECT name, password_hash, admin, disabled, created_at, display_name, email, "
      "must_change_password, external_id, generation FROM users WHERE external_id = ? AND "
      "external_id <> ''");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Result<std::vector<UserRow>> all(ReadTransaction& tx) {
  Statement query = tx.database().prepare(
      "SELECT name, password_hash, admin, disabled, created_at, display_name, email, "
      "must_change_password, external_id, generation FROM users ORDER BY name");
  return query.all(read_row);
}

Result<void> insert(WriteTransaction& tx, const UserRow& user) {
  Statement row = tx.database().prepare(
      "INSERT INTO users (name, password_hash, admin, disabled, created_at, display_name, email, "
      "must_change_password, external_id, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (name) DO NOTHING");
  row.bind(user.name).bind(user.password_hash).bind(user.admin).bind(user.disabled);
  row.bind(user.created_at).bind(user.display_name).bind(user.email);
  row.bind(user.must_change_password).bind(user.external_id).bind(user.generation);
  TRY_ASSIGN(const int64_t written, row.run());
  if (written == 1) return {};
  return fail(ErrorCode::kConflict, fmt::format("there is a user '{}' already", user.name));
}

Result<void> update(WriteTransaction& tx, const UserRow& user) {
  Statement row = tx.database().prepare(
      "UPDATE users SET password_hash = ?, admin = ?, disabled = ?, display_name = ?, email = ?, "
      "must_change_password = ?, external_id = ?, generation = ? WHERE name = ?");
  row.bind(user.password_hash).bind(user.admin).bind(user.disabled).bind(user.display_name);
  row.bind(user.email).bind(user.must_change_password).bind(user.external_id);
  row.bind(user.generation).bind(user.name);
  TRY_ASSIGN(const int64_t written, row.run());
  if (written == 1) return {};
  return fail(ErrorCode::kNotFound, fmt::format("there is no user '{}'", user.name));
}

Result<bool> remove(WriteTransaction& tx, std::string_view name) {
  TRY_ASSIGN(const int64_t gone,
             tx.database().prepare("DELETE FROM users WHERE name = ?").bind(name).run());
  return gone == 1;
}

}  // namespace slipway::store::users
