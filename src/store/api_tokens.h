#pragma once
// The table of API tokens: digests only, never a token.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct ApiTokenRow {
  std::string id;      // public, names it in lists and when it is revoked
  std::string digest;  // raw bytes, unique
  std::string name;
  std::string user;
  bool may_write = true;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;
  std::optional<Timestamp> expires_at;
  bool operator==(const ApiTokenRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::api_tokens {

Result<std::optional<ApiTokenRow>> find_by_digest(ReadTransaction& tx, std::string_view digest);
Result<std::optional<ApiTokenRow>> find(ReadTransaction& tx, std::string_view id);
Result<std::vector<ApiTokenRow>> of_user(ReadTransaction& tx, std::string_view user);
Result<void> insert(WriteTransaction& tx, const ApiTokenRow& token);
Result<void> set_last_used(WriteTransaction& tx, std::string_view id, Timestamp at);
// true: it was there.
Result<bool> remove(WriteTransaction& tx, std::string_view id);
Result<void> remove_expired(WriteTransaction& tx, Timestamp now);

}  // namespace slipway::store::api_tokens
