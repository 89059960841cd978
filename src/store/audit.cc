#include "store/audit.h"

#include "store/database.h"

namespace slipway::store::audit {

Result<void> append(WriteTransaction& tx, const AuditRow& row) {
  Statement statement = tx.database().prepare(
      "INSERT INTO audit (time, actor, source, action, object, detail, group_name, before, "
      "after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(row.time).bind(row.actor).bind(row.source);
  statement.bind(row.action).bind(row.object).bind(row.detail);
  TRY(statement.bind(row.group).bind(row.before).bind(row.after).run());
  return {};
}

Result<std::vector<AuditRow>> after(ReadTransaction& tx, int64_t after_sequence, int limit) {
  Statement query = tx.database().prepare(
      "SELECT sequence, time, actor, source, action, object, detail, group_name, before, after "
      "FROM audit "
      "WHERE sequence > ? ORDER BY sequence LIMIT ?");
  query.bind(after_sequence).bind(limit);
  std::vector<AuditRow> out;
  while (true) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) return out;
    out.push_back({.sequence = query.integer(0),
                   .time = query.time(1),
                   .actor = query.text(2),
                   .source = query.text(3),
                   .action = query.text(4),
                   .object = query.text(5),
                   .detail = query.text(6),
                   .group = query.text(7),
                   .before = query.text(8),
                   .after = query.text(9)});
  }
}

}  // namespace slipway::store::audit
