#include "store/webhooks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "store/database.h"

namespace slipway::store {
namespace {

#define SLIPWAY_WEBHOOK_COLUMNS                                                                   \
  "id, group_name, name, url, events, enabled, disabled_reason, sealed, created_by, created_at, " \
  "updated_by, updated_at, generation"

WebhookRow read_webhook(const Statement& row) {
  WebhookRow out;
  out.id = row.text(0);
  out.group = row.text(1);
  out.name = row.text(2);
  out.url = row.text(3);
  if (const auto events = parse_json(row.text(4)); events && events->is_array()) {
    for (const Json& event : *events) {
      if (event.is_string()) out.events.push_back(event.get<std::string>());
    }
  }
  out.enabled = row.integer(5) != 0;
  out.disabled_reason = row.text(6);
  out.sealed = row.text(7);
  out.created_by = row.text(8);
  out.created_at = row.time(9);
  out.updated_by = row.text(10);
  out.updated_at = row.time(11);
  out.generation = row.integer(12);
  return out;
}

Failure no_such_webhook(std::string_view id) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no webhook '{}'", id));
}

#define SLIPWAY_DELIVERY_COLUMNS                                                                \
  "d.sequence, d.id, d.webhook_id, d.type, d.subject, d.body, d.created_at, d.state, d.tries, " \
  "d.next_at, d.done_at"

constexpr std::string_view kStates[] = {"pending", "delivered", "failed"};

DeliveryState read_state(const std::string& text) {
  const auto* const at = std::find(std::begin(kStates), std::end(kStates), text);
  return static_cast<DeliveryState>(at - std::begin(kStates));
}

std::string_view text_of(DeliveryState state) { return kStates[static_cast<size_t>(state)]; }

DeliveryRow read_delivery(const Statement& row) {
  return {.sequence = row.integer(0),
          .id = row.text(1),
          .webhook_id = row.text(2),
          .type = row.text(3),
          .subject = row.text(4),
          .body = row.text(5),
          .created_at = row.time(6),
          .state = read_state(row.text(7)),
          .tries = static_cast<int>(row.integer(8)),
          .next_at = row.time(9),
          .done_at = row.optional_time(10)};
}

}  // namespace

namespace webhooks {

Result<std::optional<WebhookRow>> find(ReadTransaction& tx, std::string_view id) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_WEBHOOK_COLUMNS " FROM webhooks WHERE id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (!found) return std::nullopt;
  return read_webhook(query);
}

Result<std::vector<WebhookRow>> all(ReadTransaction& tx) {
  Statement query = tx.database().prepare("SELECT " SLIPWAY_WEBHOOK_COLUMNS
                                          " FROM webhooks ORDER BY group_name, name, id");
  return query.all(read_webhook);
}

Result<std::vector<WebhookRow>> enabled_for(ReadTransaction& tx, std::string_view group) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_WEBHOOK_COLUMNS
                            " FROM webhooks WHERE group_name IN (?, '') AND enabled = 1");
  query.bind(group);
  return query.all(read_webhook);
}

Result<void> insert(WriteTransaction& tx, const WebhookRow& row) {
  Statement statement = tx.database().prepare("INSERT INTO webhooks (" SLIPWAY_WEBHOOK_COLUMNS
                                              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(row.id).bind(row.group).bind(row.name).bind(row.url);
  statement.bind(dump_json(Json(row.events))).bind(row.enabled).bind(row.disabled_reason);
  statement.bind_blob(row.sealed).bind(row.created_by).bind(row.created_at);
  TRY(statement.bind(row.updated_by).bind(row.updated_at).bind(row.generation).run());
  tx.note_notices();
  return {};
}

Result<void> update(WriteTransaction& tx, const WebhookRow& row) {
  Statement statement = tx.database().prepare(
      "UPDATE webhooks SET name = ?, url = ?, events = ?, enabled = ?, disabled_reason = ?, "
      "sealed = ?, updated_by = ?, updated_at = ?, generation = ? WHERE id = ?");
  statement.bind(row.name).bind(row.url).bind(dump_json(Json(row.events))).bind(row.enabled);
  statement.bind(row.disabled_reason).bind_blob(row.sealed).bind(row.updated_by);
  TRY_ASSIGN(const int64_t changed,
             statement.bind(row.updated_at).bind(row.generation).bind(row.id).run());
  if (changed == 0) return no_such_webhook(row.id);
  tx.note_notices();
  return {};
}

Result<void> reseal(WriteTransaction& tx, const WebhookRow& row) {
  Statement statement = tx.database().prepare("UPDATE webhooks SET sealed = ? WHERE id = ?");
  TRY_ASSIGN(const int64_t changed, statement.bind_blob(row.sealed).bind(row.id).run());
  if (changed == 0) return no_such_webhook(row.id);
  return {};
}

Result<bool> remove(WriteTransaction& tx, std::string_view id) {
  TRY_ASSIGN(const int64_t gone,
             tx.database().prepare("DELETE FROM webhooks WHERE id = ?").bind(id).run());
  return gone > 0;
}

}  // namespace webhooks

namespace deliveries {

Result<int64_t> plan(WriteTransaction& tx, const DeliveryRow& delivery,
                     std::chrono::seconds pause) {
  Database& database = tx.database();
  Timestamp planned = delivery.next_at;
  if (!delivery.subject.empty()) {
    // One that was never tried and is for later waits for a pause.
    TRY(database
            .prepare("DELETE FROM webhook_deliveries WHERE webhook_id = ? AND subject = ? "
                     "AND state = 'pending' AND tries = 0 AND planned_at > ?")
            .bind(delivery.webhook_id)
            .bind(delivery.subject)
            .bind(delivery.next_at)
            .run());
    Statement last = database.prepare(
        "SELECT max(planned_at) FROM webhook_deliveries WHERE webhook_id = ? AND subject = ? "
        "AND type = ?");
    TRY(last.bind(delivery.webhook_id).bind(delivery.subject).bind(delivery.type).step());
    // One from a future that never came (the clock was set back) holds nothing up.
    if (const auto time = last.optional_time(0); time && *time <= delivery.next_at) {
      planned = std::max(planned, *time + pause);
    }
  }
  Statement row = database.prepare(
      "INSERT INTO webhook_deliveries (id, webhook_id, type, subject, body, created_at, "
      "planned_at, "
      "state, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?) RETURNING sequence");
  row.bind(delivery.id).bind(delivery.webhook_id).bind(delivery.type).bind(delivery.subject);
  row.bind(delivery.body).bind(delivery.created_at).bind(planned).bind(planned);
  TRY(row.step());
  const int64_t sequence = row.integer(0);
  TRY(row.step());
  tx.note_notices();
  return sequence;
}

Result<std::optional<DeliveryRow>> find(ReadTransaction& tx, std::string_view webhook_id,
                                        std::string_view id) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_DELIVERY_COLUMNS
                            " FROM webhook_deliveries d WHERE d.id = ? AND d.webhook_id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).bind(webhook_id).step());
  if (!found) return std::nullopt;
  return read_delivery(query);
}

Result<std::vector<DeliveryRow>> newest(ReadTransaction& tx, std::string_view webhook_id,
                                        int64_t before_sequence, int limit) {
  Statement query =
      tx.database().prepare("SELECT " SLIPWAY_DELIVERY_COLUMNS
                            " FROM webhook_deliveries d WHERE d.webhook_id = ? AND d.sequence < ? "
                            "ORDER BY d.sequence DESC LIMIT ?");
  query.bind(webhook_id).bind(before_sequence).bind(limit);
  return query.all(read_delivery);
}

Result<std::vector<AttemptRow>> attempts_of(ReadTransaction& tx, int64_t sequence) {
  Statement query = tx.database().prepare(
      "SELECT number, time, duration_ms, status, error, reply FROM webhook_attempts "
      "WHERE delivery = ? ORDER BY number");
  query.bind(sequence);
  return query.all([](const Statement& row) {
    return AttemptRow{.number = static_cast<int>(row.integer(0)),
                      .time = row.time(1),
                      .duration_ms = row.integer(2),
                      .status = static_cast<int>(row.integer(3)),
                      .error = row.text(4),
                      .reply = row.text(5)};
  });
}

Result<std::vector<DeliveryRow>> next_of_each(ReadTransaction& tx) {
  // A seek in webhook_deliveries_due for each webhook, however many wait.
  Statement query = tx.database().prepare(
      "SELECT " SLIPWAY_DELIVERY_COLUMNS
      " FROM webhooks w JOIN webhook_deliveries d ON d.sequence = "
      "(SELECT sequence FROM webhook_deliveries WHERE webhook_id = w.id AND state = 'pending' "
      "ORDER BY next_at LIMIT 1) WHERE w.enabled = 1");
  return query.all(read_delivery);
}

Result<void> record(WriteTransaction& tx, const DeliveryRow& delivery, const AttemptRow& attempt) {
  Statement row = tx.database().prepare(
      "UPDATE webhook_deliveries SET state = ?, tries = ?, next_at = ?, done_at = ? "
      "WHERE sequence = ?");
  row.bind(text_of(delivery.state)).bind(delivery.tries).bind(delivery.next_at);
  TRY_ASSIGN(const int64_t changed, row.bind(delivery.done_at).bind(delivery.sequence).run());
  if (changed == 0) return {};
  Statement log = tx.database().prepare(
      "INSERT INTO webhook_attempts (delivery, number, time, duration_ms, status, error, reply) "
      "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM webhook_attempts "
      "WHERE delivery = ?1");
  log.bind(delivery.sequence).bind(attempt.time).bind(attempt.duration_ms);
  TRY(log.bind(attempt.status).bind(attempt.error).bind(attempt.reply).run());
  return {};
}

Result<void> repeat(WriteTransaction& tx, int64_t sequence, Timestamp now) {
  Statement row = tx.database().prepare(
      "UPDATE webhook_deliveries SET state = 'pending', tries = 0, next_at = ?, done_at = NULL "
      "WHERE sequence = ?");
  TRY_ASSIGN(const int64_t changed, row.bind(now).bind(sequence).run());
  if (changed == 0) return fail(ErrorCode::kNotFound, "the delivery is not kept any more");
  tx.note_notices();
  return {};
}

Result<int64_t> remove_old(WriteTransaction& tx, Timestamp created_before, int kept, int limit) {
  TRY_ASSIGN(const int64_t old,
             tx.database()
                 .prepare("DELETE FROM webhook_deliveries WHERE sequence IN (SELECT sequence FROM "
                          "webhook_deliveries WHERE created_at < ? ORDER BY sequence LIMIT ?)")
                 .bind(created_before)
                 .bind(limit)
                 .run());
  if (old >= limit) return old;
  TRY_ASSIGN(const int64_t many,
             tx.database()
                 .prepare("DELETE FROM webhook_deliveries WHERE sequence IN (SELECT d.sequence "
                          "FROM webhooks w JOIN webhook_deliveries d ON d.webhook_id = w.id "
                          "WHERE d.state <> 'pending' AND d.sequence <= (SELECT sequence FROM "
                          "webhook_deliveries WHERE webhook_id = w.id ORDER BY sequence DESC "
                          "LIMIT 1 OFFSET ?1) LIMIT ?2)")
                 .bind(kept)
                 .bind(limit - static_cast<int>(old))
                 .run());
  return old + many;
}

Result<bool> note_failure(WriteTransaction& tx, std::string_view deployment_id,
                          int64_t generation) {
  TRY_ASSIGN(const int64_t changed,
             tx.database()
                 .prepare("INSERT INTO told_failures (deployment_id, generation) VALUES (?, ?) "
                          "ON CONFLICT DO UPDATE SET generation = excluded.generation "
                          "WHERE generation <> excluded.generation")
                 .bind(deployment_id)
                 .bind(generation)
                 .run());
  return changed > 0;
}

Result<bool> forget_failure(WriteTransaction& tx, std::string_view deployment_id) {
  TRY_ASSIGN(const int64_t changed,
             tx.database()
                 .prepare("DELETE FROM told_failures WHERE deployment_id = ?")
                 .bind(deployment_id)
                 .run());
  return changed > 0;
}

Result<bool> note_certificate(WriteTransaction& tx, std::string_view name, Timestamp ends_at,
                              int days, Timestamp forget_before) {
  TRY(tx.database()
          .prepare("DELETE FROM told_certificates WHERE ends_at < ?")
          .bind(forget_before)
          .run());
  TRY_ASSIGN(const int64_t changed,
             tx.database()
                 .prepare("INSERT INTO told_certificates (name, ends_at, days) VALUES (?, ?, ?) "
                          "ON CONFLICT DO NOTHING")
                 .bind(name)
                 .bind(ends_at)
                 .bind(int64_t{days})
                 .run());
  return changed > 0;
}

}  // namespace deliveries
}  // namespace slipway::store
