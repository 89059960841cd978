#include "store/clients.h"

#include <fmt/format.h>

#include "store/client_requests.h"
#include "store/database.h"

namespace slipway::store::clients {
namespace {

#define SLIPWAY_CLIENT_COLUMNS                                                    \
  "deployment_id, name, digest, coalesce(previous_digest, x''), previous_until, " \
  "created_by, created_at, expires_at, requests_per_minute, last_used_at, requests"

ClientRow read_row(const Statement& row) {
  return {.deployment_id = row.text(0),
          .name = row.text(1),
          .digest = row.text(2),
          .previous_digest = row.text(3),
          .previous_until = row.optional_time(4),
          .created_by = row.text(5),
          .created_at = row.time(6),
          .expires_at = row.optional_time(7),
          .requests_per_minute = row.optional_integer(8),
          .last_used_at = row.optional_time(9),
          .requests = row.integer(10)};
}

}  // namespace

Result<std::vector<ClientRow>> of_deployment(ReadTransaction& tx, std::string_view deployment_id) {
  Statement query = tx.database().prepare("SELECT " SLIPWAY_CLIENT_COLUMNS
                                          " FROM clients WHERE deployment_id = ? ORDER BY name");
  query.bind(deployment_id);
  return query.all(read_row);
}

Result<std::optional<ClientRow>> find(ReadTransaction& tx, std::string_view deployment_id,
                                      std::string_view name) {
  Statement query = tx.database().prepare("SELECT " SLIPWAY_CLIENT_COLUMNS
                                          " FROM clients WHERE deployment_id = ? AND name = ?");
  TRY_ASSIGN(const bool found, query.bind(deployment_id).bind(name).step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Result<void> insert(WriteTransaction& tx, const ClientRow& client) {
  Statement row = tx.database().prepare(
      "INSERT INTO clients (deployment_id, name, digest, previous_digest, previous_until, "
      "created_by, created_at, expires_at, requests_per_minute, last_used_at, requests) "
      "VALUES (?, ?, ?, nullif(?, x''), ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  row.bind(client.deployment_id).bind(client.name).bind_blob(client.digest);
  row.bind_blob(client.previous_digest).bind(client.previous_until).bind(client.created_by);
  row.bind(client.created_at).bind(client.expires_at).bind(client.requests_per_minute);
  TRY_ASSIGN(const int64_t added, row.bind(client.last_used_at).bind(client.requests).run());
  if (added == 0) {
    return fail(ErrorCode::kConflict,
                fmt::format("deployment '{}' has a client '{}' already; rotate it for a new token, "
                            "or remove it first",
                            client.deployment_id, client.name));
  }
  tx.note_desired(client.deployment_id);
  return {};
}

Result<void> update(WriteTransaction& tx, const ClientRow& client) {
  Statement row = tx.database().prepare(
      "UPDATE clients SET digest = ?, previous_digest = nullif(?, x''), previous_until = ?, "
      "expires_at = ?, requests_per_minute = ? WHERE deployment_id = ? AND name = ?");
  row.bind_blob(client.digest).bind_blob(client.previous_digest).bind(client.previous_until);
  row.bind(client.expires_at).bind(client.requests_per_minute);
  TRY_ASSIGN(const int64_t changed, row.bind(client.deployment_id).bind(client.name).run());
  if (changed == 0) {
    return fail(ErrorCode::kNotFound, fmt::format("deployment '{}' has no client '{}'",
                                                  client.deployment_id, client.name));
  }
  tx.note_desired(client.deployment_id);
  return {};
}

Result<bool> remove(WriteTransaction& tx, std::string_view deployment_id, std::string_view name) {
  Statement row = tx.database().prepare("DELETE FROM clients WHERE deployment_id = ? AND name = ?");
  TRY_ASSIGN(const int64_t removed, row.bind(deployment_id).bind(name).run());
  if (removed > 0) tx.note_desired(deployment_id);
  return removed > 0;
}

Result<bool> add_use(WriteTransaction& tx, std::string_view deployment_id, std::string_view name,
                     int64_t requests, Timestamp last_used_at) {
  Statement row = tx.database().prepare(
      "UPDATE clients SET requests = requests + ?, "
      "last_used_at = max(coalesce(last_used_at, 0), ?) WHERE deployment_id = ? AND name = ?");
  row.bind(requests).bind(last_used_at).bind(deployment_id).bind(name);
  TRY_ASSIGN(const int64_t changed, row.run());
  if (changed == 0) return false;
  TRY(client_requests::add(tx, deployment_id, name, requests, last_used_at));
  return true;
}

}  // namespace slipway::store::clients
