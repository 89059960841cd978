#include "store/history.h"

#include <fmt/format.h>

#include <limits>

#include "store/database.h"
#include "store/stored_json.h"

namespace slipway::store::history {

Result<int64_t> append(WriteTransaction& tx, const domain::HistoryEntry& entry) {
  Database& database = tx.database();
  Statement row = database.prepare(
      "INSERT INTO history (deployment_id, time, kind, revision, actor, message, changes) "
      "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM deployments WHERE id = ?1) "
      "RETURNING sequence");
  row.bind(entry.deployment_id).bind(entry.time).bind(entry.kind).bind(entry.revision);
  row.bind(entry.actor).bind(entry.message).bind(encode_changes(entry.changes));
  TRY_ASSIGN(const bool written, row.step());
  if (!written) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no deployment '{}'", entry.deployment_id));
  }
  const int64_t sequence = row.integer(0);
  TRY(row.step());  // RETURNING has its row out before the insert is complete
  TRY(database
          .prepare("DELETE FROM history WHERE deployment_id = ?1 AND sequence <= "
                   "(SELECT sequence FROM history WHERE deployment_id = ?1 "
                   "ORDER BY sequence DESC LIMIT 1 OFFSET ?2)")
          .bind(entry.deployment_id)
          .bind(kKeptPerDeployment)
          .run());
  tx.note_observed(entry.deployment_id);
  return sequence;
}

Result<std::vector<domain::HistoryEntry>> before(ReadTransaction& tx,
                                                 std::string_view deployment_id,
                                                 int64_t before_sequence, int limit) {
  Statement query = tx.database().prepare(
      "SELECT sequence, deployment_id, time, kind, revision, actor, message, changes FROM history "
      "WHERE deployment_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?");
  query.bind(deployment_id)
      .bind(before_sequence > 0 ? before_sequence : std::numeric_limits<int64_t>::max())
      .bind(limit);
  return query.all([](const Statement& row) -> Result<domain::HistoryEntry> {
    TRY_ASSIGN(auto changes, decode_changes(row.text(7)));
    return domain::HistoryEntry{.sequence = row.integer(0),
                                .deployment_id = row.text(1),
                                .time = row.time(2),
                                .kind = row.text(3),
                                .revision = row.integer(4),
                                .actor = row.text(5),
                                .message = row.text(6),
                                .changes = std::move(changes)};
  });
}

}  // namespace slipway::store::history
