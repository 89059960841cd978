#include "store/pull_secrets.h"

#include <fmt/format.h>

#include "store/database.h"

namespace slipway::store::pull_secrets {
namespace {

#define SLIPWAY_SECRET_COLUMNS                                                           \
  "group_name, name, registry, sealed, created_by, created_at, updated_by, updated_at, " \
  "generation"

PullSecretRow read_row(const Statement& row) {
  return {.group = row.text(0),
          .name = row.text(1),
          .registry = row.text(2),
          .sealed = row.text(3),
          .created_by = row.text(4),
          .created_at = row.time(5),
          .updated_by = row.text(6),
          .updated_at = row.time(7),
          .generation = row.integer(8)};
}

Result<std::optional<PullSecretRow>> read_one(Statement& query) {
  TRY_ASSIGN(const bool found, query.step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Failure not_there(const PullSecretRow& row) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no pull secret '{}'", row.name));
}

}  // namespace

Result<std::optional<PullSecretRow>> find(ReadTransaction& tx, std::string_view group,
                                          std::string_view name) {
  Statement query = tx.database().prepare("SELECT " SLIPWAY_SECRET_COLUMNS
                                          " FROM pull_secrets WHERE group_name = ? AND name = ?");
  query.bind(group).bind(name);
  return read_one(query);
}

Result<std::optional<PullSecretRow>> resolve(ReadTransaction& tx, std::string_view group,
                                             std::string_view name) {
  // '' sorts before every group's name.
  Statement query = tx.database().prepare(
      "SELECT " SLIPWAY_SECRET_COLUMNS
      " FROM pull_secrets WHERE group_name IN (?, '') AND name = ? ORDER BY group_name DESC");
  query.bind(group).bind(name);
  return read_one(query);
}

Result<std::vector<PullSecretRow>> all(ReadTransaction& tx) {
  Statement query = tx.database().prepare("SELECT " SLIPWAY_SECRET_COLUMNS
                                          " FROM pull_secrets ORDER BY group_name, name");
  return query.all(read_row);
}

Result<void> insert(WriteTransaction& tx, const PullSecretRow& row) {
  Statement statement =
      tx.database().prepare("INSERT INTO pull_secrets (" SLIPWAY_SECRET_COLUMNS
                            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  statement.bind(row.group).bind(row.name).bind(row.registry).bind_blob(row.sealed);
  statement.bind(row.created_by).bind(row.created_at).bind(row.updated_by).bind(row.updated_at);
  TRY_ASSIGN(const int64_t written, statement.bind(row.generation).run());
  if (written == 1) return {};
  return fail(ErrorCode::kConflict, fmt::format("there is a pull secret '{}' already", row.name));
}

Result<void> update(WriteTransaction& tx, const PullSecretRow& row) {
  Statement statement = tx.database().prepare(
      "UPDATE pull_secrets SET registry = ?, sealed = ?, updated_by = ?, updated_at = ?, "
      "generation = ? WHERE group_name = ? AND name = ?");
  statement.bind(row.registry).bind_blob(row.sealed).bind(row.updated_by).bind(row.updated_at);
  TRY_ASSIGN(const int64_t written,
             statement.bind(row.generation).bind(row.group).bind(row.name).run());
  if (written == 1) return {};
  return not_there(row);
}

Result<void> reseal(WriteTransaction& tx, const PullSecretRow& row) {
  Statement statement =
      tx.database().prepare("UPDATE pull_secrets SET sealed = ? WHERE group_name = ? AND name = ?");
  statement.bind_blob(row.sealed).bind(row.group).bind(row.name);
  TRY_ASSIGN(const int64_t written, statement.run());
  if (written == 1) return {};
  return not_there(row);
}

Result<bool> remove(WriteTransaction& tx, std::string_view group, std::string_view name) {
  TRY_ASSIGN(const int64_t gone,
             tx.database()
                 .prepare("DELETE FROM pull_secrets WHERE group_name = ? AND name = ?")
                 .bind(group)
                 .bind(name)
                 .run());
  return gone == 1;
}

Result<std::vector<std::string>> users_of(ReadTransaction& tx, std::string_view group,
                                          std::string_view name) {
  // A group's own secret hides the one of the same name for every group.
  Statement query = tx.database().prepare(
      "SELECT d.id FROM deployments d JOIN revisions r "
      "ON r.deployment_id = d.id AND r.number = d.revision "
      "WHERE d.desire <> 'deleted' AND r.spec ->> '$.pull_secret' = ?2 "
      "AND (d.group_name = ?1 OR (?1 = '' AND NOT EXISTS (SELECT 1 FROM pull_secrets s "
      "WHERE s.group_name = d.group_name AND s.name = ?2))) ORDER BY d.id");
  query.bind(group).bind(name);
  return query.all([](const Statement& row) { return row.text(0); });
}

}  // namespace slipway::store::pull_secrets
