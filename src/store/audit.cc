#include "store/audit.h"

#include "store/database.h"

namespace slipway::store::audit {

Result<void> append(WriteTransaction& tx, const AuditRow& row) {
  Statement statement = tx.database().prepare(
      "INSERT INTO audit (time, actor, source, action, object, detail) VALUES (?, ?, ?, ?, ?, ?)");
  statement.bind(row.time).bind(row.actor).bind(row.source);
  TRY(statement.bind(row.action).bind(row.object).bind(row.detail).run());
  return {};
}

Result<std::vector<AuditRow>> after(ReadTransaction& tx, int64_t after_sequence, int limit) {
  Statement query = tx.database().prepare(
      "SELECT sequence, time, actor, source, action, object, detail FROM audit "
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
                   .detail = query.text(6)});
  }
}

}  // namespace slipway::store::audit
