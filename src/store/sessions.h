#pragma once
// The table of browsers' sessions: digests only, never a secret.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct SessionRow {
  std::string digest;  // raw bytes
  std::string user;
  std::string source;  // address that it was begun from
  Timestamp created_at{};
  Timestamp last_used_at{};
  Timestamp expires_at{};  // whatever happens
  bool operator==(const SessionRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::sessions {

Result<std::optional<SessionRow>> find(ReadTransaction& tx, std::string_view digest);
Result<void> insert(WriteTransaction& tx, const SessionRow& session);
Result<void> set_last_used(WriteTransaction& tx, std::string_view digest, Timestamp at);
// true: it was there.
Result<bool> remove(WriteTransaction& tx, std::string_view digest);
Result<void> remove_of_user(WriteTransaction& tx, std::string_view user);
// Those that expire until `now`, and those unused since `idle_since`.
Result<void> remove_expired(WriteTransaction& tx, Timestamp now, Timestamp idle_since);

}  // namespace slipway::store::sessions
