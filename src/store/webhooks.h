#pragma once
// The tables of webhooks, of what is to be told to them, and of the tries to do so. `sealed` is
// bytes that only identity/secret_box.h can read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct WebhookRow {
  std::string id;
  std::string group;  // "": the platform's
  std::string name;
  std::string url;
  std::vector<std::string> events;
  bool enabled = true;
  std::string disabled_reason;  // "": nothing but somebody's wish
  std::string sealed;
  std::string created_by;
  Timestamp created_at{};
  std::string updated_by;
  Timestamp updated_at{};
  int64_t generation = 1;
  bool operator==(const WebhookRow&) const = default;
};

enum class DeliveryState { kPending, kDelivered, kFailed };

struct DeliveryRow {
  int64_t sequence = 0;
  std::string id;  // what the receiver tells repeats by
  std::string webhook_id;
  std::string type;
  std::string subject;  // what it is about: a deployment's id; "": nothing
  std::string body;
  Timestamp created_at{};
  DeliveryState state = DeliveryState::kPending;
  int tries = 0;  // since it was made or asked for again
  Timestamp next_at{};
  std::optional<Timestamp> done_at = {};
  bool operator==(const DeliveryRow&) const = default;
};

struct AttemptRow {
  int number = 0;
  Timestamp time{};
  int64_t duration_ms = 0;
  int status = 0;     // of HTTP; 0: no answer came
  std::string error;  // why none came
  std::string reply;  // how the answer began
  bool operator==(const AttemptRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::webhooks {

Result<std::optional<WebhookRow>> find(ReadTransaction& tx, std::string_view id);
// By group, the platform's first, and name.
Result<std::vector<WebhookRow>> all(ReadTransaction& tx);
// Those that are enabled, of the group and of the platform.
Result<std::vector<WebhookRow>> enabled_for(ReadTransaction& tx, std::string_view group);
Result<void> insert(WriteTransaction& tx, const WebhookRow& row);
// Everything but id, group and who created it. kNotFound.
Result<void> update(WriteTransaction& tx, const WebhookRow& row);
// The same secret sealed anew: no change by anybody.
Result<void> reseal(WriteTransaction& tx, const WebhookRow& row);
// With its deliveries. true: it was there.
Result<bool> remove(WriteTransaction& tx, std::string_view id);

}  // namespace slipway::store::webhooks

namespace slipway::store::deliveries {

// What is to be told to `webhook_id` at `planned_at`, or later: not sooner than `pause` after the
// last of the same type about the same subject. What waits for such a pause about the subject is
// superseded and goes. An empty subject has no pause. The sequence.
Result<int64_t> plan(WriteTransaction& tx, const DeliveryRow& delivery, std::chrono::seconds pause);
Result<std::optional<DeliveryRow>> find(ReadTransaction& tx, std::string_view webhook_id,
                                        std::string_view id);
// Newest first, only those before `before_sequence`.
Result<std::vector<DeliveryRow>> newest(ReadTransaction& tx, std::string_view webhook_id,
                                        int64_t before_sequence, int limit);
Result<std::vector<AttemptRow>> attempts_of(ReadTransaction& tx, int64_t sequence);

// Of each enabled webhook with pending ones, that which is due first, also in the future.
Result<std::vector<DeliveryRow>> next_of_each(ReadTransaction& tx);
// Adds the attempt, whose number is ignored, and writes state, tries, next_at and done_at. Nothing,
// when the delivery is gone.
Result<void> record(WriteTransaction& tx, const DeliveryRow& delivery, const AttemptRow& attempt);
// Pending again, from the first try on. kNotFound.
Result<void> repeat(WriteTransaction& tx, int64_t sequence, Timestamp now);

// For retention: those made before `created_before`, done or not, and of those that are done all
// but the newest `kept` of each webhook.
Result<int64_t> remove_old(WriteTransaction& tx, Timestamp created_before, int kept, int limit);

// The failure of this generation was told. true: not before.
Result<bool> note_failure(WriteTransaction& tx, std::string_view deployment_id, int64_t generation);
// true: one was told.
Result<bool> forget_failure(WriteTransaction& tx, std::string_view deployment_id);

// The end of this certificate was told, `days` ahead. true: not before. Forgets those that ended
// before `forget_before`.
Result<bool> note_certificate(WriteTransaction& tx, std::string_view name, Timestamp ends_at,
                              int days, Timestamp forget_before);

}  // namespace slipway::store::deliveries
