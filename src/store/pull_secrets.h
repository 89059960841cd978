#pragma once
// The table of pull secrets. `sealed` is bytes that only identity/secret_box.h can read; nothing
// here ever sees a password.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct PullSecretRow {
  std::string group;  // "": every group may use it
  std::string name;
  std::string registry;  // for people: the hosts, joined by ", "; what counts is sealed
  std::string sealed;
  std::string created_by;
  Timestamp created_at{};
  std::string updated_by;
  Timestamp updated_at{};
  int64_t generation = 1;  // counts changes by people: the ETag
  bool operator==(const PullSecretRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::pull_secrets {

Result<std::optional<PullSecretRow>> find(ReadTransaction& tx, std::string_view group,
                                          std::string_view name);
// What a deployment of `group` means by `name`: the group's own, else the one for every group.
Result<std::optional<PullSecretRow>> resolve(ReadTransaction& tx, std::string_view group,
                                             std::string_view name);
// By group and name, those for every group first.
Result<std::vector<PullSecretRow>> all(ReadTransaction& tx);
// kConflict when the name is taken.
Result<void> insert(WriteTransaction& tx, const PullSecretRow& row);
// Everything but the key and who created it. kNotFound.
Result<void> update(WriteTransaction& tx, const PullSecretRow& row);
// The same content sealed anew: no change by anybody. kNotFound.
Result<void> reseal(WriteTransaction& tx, const PullSecretRow& row);
// true: it was there.
Result<bool> remove(WriteTransaction& tx, std::string_view group, std::string_view name);

// Deployments whose newest revision means this very secret, by id; those that are being deleted do
// not count.
Result<std::vector<std::string>> users_of(ReadTransaction& tx, std::string_view group,
                                          std::string_view name);

}  // namespace slipway::store::pull_secrets
