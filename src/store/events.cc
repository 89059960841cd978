#include "store/events.h"

#include <fmt/format.h>

#include "store/database.h"

namespace slipway::store::events {

Result<int64_t> append(WriteTransaction& tx, const domain::Event& event) {
  Database& database = tx.database();
  Statement row = database.prepare(
      "INSERT INTO events (deployment_id, time, kind, replica, message, actor) "
      "SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM deployments WHERE id = ?1) "
      "RETURNING sequence");
  row.bind(event.deployment_id).bind(event.time).bind(event.kind).bind(event.replica);
  row.bind(event.message).bind(event.actor);
  TRY_ASSIGN(const bool written, row.step());
  if (!written) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no deployment '{}'", event.deployment_id));
  }
  const int64_t sequence = row.integer(0);
  TRY(row.step());  // RETURNING has its row out before the insert is complete
  // The newest kKeptPerDeployment stay; a seek in the index, not a count.
  TRY(database
          .prepare("DELETE FROM events WHERE deployment_id = ?1 AND sequence <= "
                   "(SELECT sequence FROM events WHERE deployment_id = ?1 "
                   "ORDER BY sequence DESC LIMIT 1 OFFSET ?2)")
          .bind(event.deployment_id)
          .bind(kKeptPerDeployment)
          .run());
  tx.note_observed(event.deployment_id);
  return sequence;
}

Result<std::vector<domain::Event>> after(ReadTransaction& tx, std::string_view deployment_id,
                                         int64_t after_sequence, int limit) {
  Statement query = tx.database().prepare(
      "SELECT sequence, deployment_id, time, kind, replica, message, actor FROM events "
      "WHERE deployment_id = ? AND sequence > ? ORDER BY sequence LIMIT ?");
  query.bind(deployment_id).bind(after_sequence).bind(limit);
  return query.all([](const Statement& row) {
    return domain::Event{.sequence = row.integer(0),
                         .deployment_id = row.text(1),
                         .time = row.time(2),
                         .kind = row.text(3),
                         .replica = row.text(4),
                         .message = row.text(5),
                         .actor = row.text(6)};
  });
}

Result<int64_t> newest(ReadTransaction& tx, std::string_view deployment_id) {
  Statement query = tx.database().prepare(
      "SELECT coalesce(max(sequence), 0) FROM events WHERE deployment_id = ?");
  TRY_ASSIGN(const bool found, query.bind(deployment_id).step());
  return found ? query.integer(0) : 0;
}

}  // namespace slipway::store::events
