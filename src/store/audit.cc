#include "store/audit.h"

#include <algorithm>

#include "base/json.h"
#include "store/database.h"

namespace slipway::store::audit {
namespace {

// The order that read_row() counts on.
#define SLIPWAY_AUDIT_COLUMNS \
  "sequence, time, actor, source, action, object, detail, group_name, before, after"

// `lead` is what an index finds; the rest is looked at row by row. The sign before `time` keeps its
// own index out: it does not give the rows in order.
#define SLIPWAY_AUDIT_NEWEST(lead)                                     \
  "SELECT " SLIPWAY_AUDIT_COLUMNS " FROM audit WHERE " lead            \
  " AND sequence < ?1 AND sequence >= ?2 AND (?3 = '' OR actor = ?3)"  \
  " AND (?4 = '' OR action = ?4) AND (?5 = '' OR object = ?5)"         \
  " AND (?6 OR group_name IN (SELECT value FROM json_each(?7)))"       \
  " AND +time >= ?8 AND +time < ?9 AND (?10 = '' OR group_name = ?10)" \
  " ORDER BY sequence DESC LIMIT ?11"

std::string_view newest_statement(const AuditQuery& query, bool has_group) {
  if (!query.object.empty()) return SLIPWAY_AUDIT_NEWEST("object = ?5");
  if (!query.actor.empty()) return SLIPWAY_AUDIT_NEWEST("actor = ?3");
  if (has_group) return SLIPWAY_AUDIT_NEWEST("group_name = ?10");
  if (!query.action.empty()) return SLIPWAY_AUDIT_NEWEST("action = ?4");
  return SLIPWAY_AUDIT_NEWEST("true");
}

AuditRow read_row(const Statement& row) {
  return AuditRow{.sequence = row.integer(0),
                  .time = row.time(1),
                  .actor = row.text(2),
                  .source = row.text(3),
                  .action = row.text(4),
                  .object = row.text(5),
                  .detail = row.text(6),
                  .group = row.text(7),
                  .before = row.text(8),
                  .after = row.text(9)};
}

// `group`: of this one only; "": of those that the query names.
Result<std::vector<AuditRow>> newest_of(ReadTransaction& tx, const AuditQuery& query,
                                        const std::string& group) {
  Statement rows = tx.database().prepare(newest_statement(query, !group.empty()));
  const Json groups = query.groups.value_or(std::vector<std::string>{});
  rows.bind(query.before_sequence).bind(query.from_sequence);
  rows.bind(query.actor).bind(query.action).bind(query.object);
  rows.bind(!query.groups.has_value()).bind(dump_json(groups));
  rows.bind(query.since ? to_unix_micros(*query.since) : INT64_MIN);
  rows.bind(query.until ? to_unix_micros(*query.until) : INT64_MAX);
  rows.bind(group).bind(query.limit);
  return rows.all(read_row);
}

}  // namespace

Result<void> append(WriteTransaction& tx, const AuditRow& row) {
  Statement statement = tx.database().prepare(
      "INSERT INTO audit (time, actor, source, action, object, detail, group_name, before, "
      "after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(row.time).bind(row.actor).bind(row.source);
  statement.bind(row.action).bind(row.object).bind(row.detail);
  TRY(statement.bind(row.group).bind(row.before).bind(row.after).run());
  return {};
}

Result<std::vector<AuditRow>> newest(ReadTransaction& tx, const AuditQuery& query) {
  if (!query.groups || !query.object.empty() || !query.actor.empty()) {
    return newest_of(tx, query, "");
  }
  // A group after the other, so that one in which little happens does not cost a walk through all
  // the others.
  std::vector<AuditRow> out;
  for (const std::string& group : *query.groups) {
    TRY_ASSIGN(std::vector<AuditRow> some, newest_of(tx, query, group));
    const auto middle = out.insert(out.end(), std::make_move_iterator(some.begin()),
                                   std::make_move_iterator(some.end()));
    std::inplace_merge(out.begin(), middle, out.end(), [](const AuditRow& a, const AuditRow& b) {
      return a.sequence > b.sequence;
    });
    out.resize(std::min(out.size(), static_cast<size_t>(query.limit)));
  }
  return out;
}

Result<int64_t> first_since(ReadTransaction& tx, Timestamp time) {
  Statement query = tx.database().prepare(
      "SELECT min(+sequence) FROM audit INDEXED BY audit_by_time "
      "WHERE time >= ?");
  TRY(query.bind(time).step());
  return query.optional_integer(0).value_or(INT64_MAX);
}

Result<int64_t> last_before(ReadTransaction& tx, Timestamp time) {
  Statement query = tx.database().prepare(
      "SELECT max(+sequence) FROM audit INDEXED BY audit_by_time "
      "WHERE time < ?");
  TRY(query.bind(time).step());
  return query.optional_integer(0).value_or(0);
}

Result<std::vector<AuditRow>> after(ReadTransaction& tx, int64_t after_sequence, int limit) {
  Statement query = tx.database().prepare("SELECT " SLIPWAY_AUDIT_COLUMNS
                                          " FROM audit WHERE sequence > ? ORDER BY sequence "
                                          "LIMIT ?");
  query.bind(after_sequence).bind(limit);
  return query.all(read_row);
}

}  // namespace slipway::store::audit
