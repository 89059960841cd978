#pragma once
// The table of people and their password hashes. What a hash is, identity knows.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct UserRow {
  std::string name;
  std::string password_hash;  // empty: cannot sign in with a password
  bool admin = false;
  bool disabled = false;
  Timestamp created_at{};
  std::string display_name = {};
  std::string email = {};
  bool must_change_password = false;  // until then nothing but that is allowed
  // Who it is at the identity provider, "issuer subject"; unique; "": a local user.
  std::string external_id = {};
  int64_t generation = 1;  // counts changes: the ETag
  bool operator==(const UserRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::users {

Result<std::optional<UserRow>> find(ReadTransaction& tx, std::string_view name);
Result<std::optional<UserRow>> find_by_external_id(ReadTransaction& tx, std::string_view id);
Result<std::vector<UserRow>> all(ReadTransaction& tx);  // by name
// kConflict when the name is taken.
Result<void> insert(WriteTransaction& tx, const UserRow& user);
// Everything but name and created_at. kNotFound when it is not there.
Result<void> update(WriteTransaction& tx, const UserRow& user);
// With its memberships, tokens and sessions. true: it was there.
Result<bool> remove(WriteTransaction& tx, std::string_view name);

}  // namespace slipway::store::users
