#include "store/deployments.h"

#include <fmt/format.h>

#include "base/json.h"
#include "store/database.h"

namespace slipway::store::deployments {
namespace {

using domain::Deployment;

// The order that read_row() counts on.
#define SLIPWAY_DEPLOYMENT_COLUMNS                                        \
  "id, name, group_name, desire, revision, proven_revision, generation, " \
  "created_by, created_at, updated_by, updated_at"

Result<Deployment> read_row(const Statement& row) {
  Deployment out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.group = row.text(2);
  const auto desire = domain::parse_desire(row.text(3));
  if (!desire) {
    return fail(ErrorCode::kInternal, fmt::format("deployment '{}' is stored with the unknown "
                                                  "desire '{}'",
                                                  out.id, row.text(3)));
  }
  out.desire = *desire;
  out.revision = row.integer(4);
  out.proven_revision = row.integer(5);
  out.generation = row.integer(6);
  out.created_by = row.text(7);
  out.created_at = row.time(8);
  out.updated_by = row.text(9);
  out.updated_at = row.time(10);
  return out;
}

// A status of an older generation is never shown as it is: presented_status() in control says the
// same.
#define SLIPWAY_SHOWN_PHASE                 \
  "CASE WHEN told = generation THEN phase " \
  "WHEN desire = 'running' THEN 'Deploying' ELSE 'Stopping' END"

// instr(), since % and _ in what people type mean themselves. The inner table is named so that its
// columns and those of the deployment do not meet.
#define SLIPWAY_LISTED(key)                                                                 \
  "SELECT " SLIPWAY_DEPLOYMENT_COLUMNS ", " key                                             \
  " FROM deployments LEFT JOIN"                                                             \
  " (SELECT deployment_id AS owner, generation AS told, phase FROM statuses) ON owner = id" \
  " WHERE (?3 OR group_name IN (SELECT value FROM json_each(?4)))"                          \
  " AND (?5 = '' OR instr(lower(name), lower(?5)) > 0 OR instr(id, lower(?5)) > 0)"         \
  " AND (?6 = '' OR created_by = ?6 OR updated_by = ?6)"                                    \
  " AND (?7 = '' OR " SLIPWAY_SHOWN_PHASE " = ?7)"
#define SLIPWAY_LIST(key, after, beyond, direction)   \
  SLIPWAY_LISTED(key)                                 \
  " AND (?1 = '' OR (" key ", id) " beyond " (" after \
  ", ?1))"                                            \
  " ORDER BY " key " " direction ", id " direction " LIMIT ?8"
#define SLIPWAY_BOTH_WAYS(key, after) \
  (descending ? SLIPWAY_LIST(key, after, "<", "DESC") : SLIPWAY_LIST(key, after, ">", "ASC"))

std::string_view list_statement(SortBy sort, bool descending) {
  switch (sort) {
    case SortBy::kId:
      return SLIPWAY_BOTH_WAYS("id", "?2");
    case SortBy::kName:
      return SLIPWAY_BOTH_WAYS("name COLLATE NOCASE", "?2");
    case SortBy::kUpdated:
      return SLIPWAY_BOTH_WAYS("updated_at", "CAST(?2 AS INTEGER)");
    case SortBy::kCreated:
      return SLIPWAY_BOTH_WAYS("created_at", "CAST(?2 AS INTEGER)");
    case SortBy::kStatus:
      return SLIPWAY_BOTH_WAYS(SLIPWAY_SHOWN_PHASE, "?2");
    case SortBy::kGroup:
      return SLIPWAY_BOTH_WAYS("group_name", "?2");
  }
  return {};
}

// The first seven parameters of a SLIPWAY_LISTED.
Statement& bind_list(Statement& rows, const ListQuery& query, std::string_view id,
                     std::string_view key) {
  const Json groups = query.groups.value_or(std::vector<std::string>{});
  return rows.bind(id)
      .bind(key)
      .bind(!query.groups.has_value())
      .bind(dump_json(groups))
      .bind(query.search)
      .bind(query.touched_by)
      .bind(query.phase ? domain::to_string(*query.phase) : std::string_view());
}

Failure missing(std::string_view id) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no deployment '{}'", id));
}

}  // namespace

Result<std::optional<Deployment>> find(ReadTransaction& tx, std::string_view id) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_DEPLOYMENT_COLUMNS " FROM deployments WHERE id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Result<std::optional<Timestamp>> created_at(ReadTransaction& tx, std::string_view id) {
  Statement query = tx.database().prepare("SELECT created_at FROM deployments WHERE id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return std::nullopt;
  return query.time(0);
}

Result<std::vector<Deployment>> all(ReadTransaction& tx) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_DEPLOYMENT_COLUMNS " FROM deployments ORDER BY id");
  return query.all(read_row);
}

Result<std::vector<ListRow>> list(ReadTransaction& tx, const ListQuery& query) {
  Statement rows = tx.database().prepare(list_statement(query.sort, query.descending));
  bind_list(rows, query, query.after_id, query.after_key).bind(query.limit);
  return rows.all([](const Statement& row) -> Result<ListRow> {
    TRY_ASSIGN(Deployment deployment, read_row(row));
    return ListRow{std::move(deployment), row.text(11)};
  });
}

Result<std::optional<Deployment>> find_listed(ReadTransaction& tx, const ListQuery& query,
                                              std::string_view id) {
  Statement row = tx.database().prepare(SLIPWAY_LISTED("id") " AND id = ?1 AND ?2 = ''");
  bind_list(row, query, id, "");
  TRY_ASSIGN(const bool found, row.step());
  if (!found) return std::nullopt;
  return read_row(row);
}

Result<void> insert(WriteTransaction& tx, const Deployment& d) {
  TRY_ASSIGN(const auto taken, find(tx, d.id));
  if (taken) {
    const bool going = taken->desire == domain::Desire::kDeleted;
    return fail(ErrorCode::kConflict,
                going ? fmt::format("the id '{}' is still in use by a deployment that is being "
                                    "deleted; try again when it is gone, or take another",
                                    d.id)
                      : fmt::format("the id '{}' is taken; choose another", d.id));
  }
  Statement row = tx.database().prepare("INSERT INTO deployments (" SLIPWAY_DEPLOYMENT_COLUMNS
                                        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  row.bind(d.id).bind(d.name).bind(d.group).bind(domain::to_string(d.desire));
  row.bind(d.revision).bind(d.proven_revision).bind(d.generation);
  row.bind(d.created_by).bind(d.created_at).bind(d.updated_by).bind(d.updated_at);
  TRY(row.run());
  tx.note_desired(d.id);
  return {};
}

Result<void> update(WriteTransaction& tx, const Deployment& d) {
  Statement row = tx.database().prepare(
      "UPDATE deployments SET desire = ?, revision = ?, proven_revision = ?, generation = ?, "
      "updated_by = ?, updated_at = ? WHERE id = ?");
  row.bind(domain::to_string(d.desire)).bind(d.revision).bind(d.proven_revision);
  row.bind(d.generation).bind(d.updated_by).bind(d.updated_at).bind(d.id);
  TRY_ASSIGN(const int64_t changed, row.run());
  if (changed == 0) return missing(d.id);
  tx.note_desired(d.id);
  return {};
}

Result<void> set_proven_revision(WriteTransaction& tx, std::string_view id, int64_t revision) {
  TRY_ASSIGN(const int64_t changed,
             tx.database()
                 .prepare("UPDATE deployments SET proven_revision = ? WHERE id = ?")
                 .bind(revision)
                 .bind(id)
                 .run());
  if (changed == 0) return missing(id);
  tx.note_observed(id);
  return {};
}

Result<void> forget(WriteTransaction& tx, std::string_view id) {
  TRY_ASSIGN(const auto there, find(tx, id));
  if (!there) return {};
  if (there->desire != domain::Desire::kDeleted) {
    return fail(ErrorCode::kConflict,
                fmt::format("deployment '{}' shall not be deleted, so it is not forgotten", id));
  }
  TRY(tx.database().prepare("DELETE FROM deployments WHERE id = ?").bind(id).run());
  tx.note_desired(id);
  tx.note_observed(id);
  return {};
}

}  // namespace slipway::store::deployments
