#include "store/statuses.h"

#include <fmt/format.h>

#include "store/database.h"
#include "store/events.h"
#include "store/stored_json.h"

namespace slipway::store::statuses {

Result<std::optional<domain::Status>> find(ReadTransaction& tx, std::string_view deployment_id) {
  Statement query = tx.database().prepare("SELECT status FROM statuses WHERE deployment_id = ?");
  TRY_ASSIGN(const bool found, query.bind(deployment_id).step());
  if (!found) return std::nullopt;
  auto status = decode_status(query.text(0));
  if (!status) return fail(status.error().within(fmt::format("'{}'", deployment_id)));
  return std::move(*status);
}

Result<void> put(WriteTransaction& tx, std::string_view deployment_id, const domain::Status& status,
                 Timestamp now) {
  TRY_ASSIGN(const auto before, find(tx, deployment_id));
  if (before == status) return {};
  const bool told = !before || before->phase != status.phase || before->reason != status.reason ||
                    before->serving_revision != status.serving_revision;
  if (told) {
    domain::Event event;
    event.deployment_id = deployment_id;
    event.time = now;
    event.kind = "status";
    event.message = fmt::format("{}: {}", domain::to_string(status.phase), status.reason);
    TRY(events::append(tx, event));  // also finds out that the deployment is gone
  }
  TRY(tx.database()
          .prepare("INSERT INTO statuses (deployment_id, generation, phase, status) "
                   "VALUES (?, ?, ?, ?) ON CONFLICT (deployment_id) DO UPDATE SET "
                   "generation = excluded.generation, phase = excluded.phase, "
                   "status = excluded.status")
          .bind(deployment_id)
          .bind(status.generation)
          .bind(domain::to_string(status.phase))
          .bind(encode_status(status))
          .run());
  tx.note_observed(deployment_id);
  return {};
}

}  // namespace slipway::store::statuses
