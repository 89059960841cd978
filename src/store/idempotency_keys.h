#pragma once
// What a caller's Idempotency-Key stood for, so that a repeated request does nothing twice. Written
// in the same transaction as the work itself.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct IdempotencyRow {
  std::string user;
  std::string key;
  std::string request;  // fingerprint of what was asked
  std::string subject;  // what came of it: a deployment's id
  Timestamp created_at{};
  std::string answer = {};  // sealed; "": the use case knows what came of it
  bool operator==(const IdempotencyRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::idempotency_keys {

inline constexpr std::chrono::hours kKept{24};

// Rows older than kKept are not found.
Result<std::optional<IdempotencyRow>> find(ReadTransaction& tx, std::string_view user,
                                           std::string_view key, Timestamp now);
// Also drops rows older than kKept.
Result<void> insert(WriteTransaction& tx, const IdempotencyRow& row);
// Nothing when there is no such row.
Result<void> set_answer(WriteTransaction& tx, std::string_view user, std::string_view key,
                        std::string_view answer);
Result<void> remove(WriteTransaction& tx, std::string_view user, std::string_view key);

}  // namespace slipway::store::idempotency_keys
