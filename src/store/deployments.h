#pragma once
// The table of deployments. Functions on a transaction; no state of their own.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "domain/status.h"
#include "store/transaction.h"

namespace slipway::store::deployments {

Result<std::optional<domain::Deployment>> find(ReadTransaction& tx, std::string_view id);
// nullopt: it is not there.
Result<std::optional<Timestamp>> created_at(ReadTransaction& tx, std::string_view id);
// All of them, also those with Desire::kDeleted, by id: what the reconciler starts from.
Result<std::vector<domain::Deployment>> all(ReadTransaction& tx);

enum class SortBy { kId, kName, kUpdated, kCreated, kStatus, kGroup };

struct ListQuery {
  // none: all groups; otherwise only these (an empty list finds nothing).
  std::optional<std::vector<std::string>> groups = {};
  std::string search = {};      // in name or id; ASCII letters match in either case; empty: all
  std::string touched_by = {};  // created or last updated by this user; empty: all
  // The phase that people are shown (control/deployment_status.h); none: any.
  std::optional<domain::Phase> phase = {};
  SortBy sort = SortBy::kId;
  bool descending = false;
  // Keyset paging: the last row of the page before; an empty id: from the beginning.
  std::string after_id = {};
  std::string after_key = {};
  int limit = 100;
};
struct ListRow {
  domain::Deployment deployment;
  std::string key;  // what it was sorted by, for `after_key`
};
// In the order of `sort`, those that are equal by id.
Result<std::vector<ListRow>> list(ReadTransaction& tx, const ListQuery& query);
// This one, if the query (without its paging) finds it.
Result<std::optional<domain::Deployment>> find_listed(ReadTransaction& tx, const ListQuery& query,
                                                      std::string_view id);

// kConflict when the id is taken, also by one that is being deleted.
Result<void> insert(WriteTransaction& tx, const domain::Deployment& deployment);
// Everything but id, name, group, created_*, which are immutable. kNotFound when it is not there.
Result<void> update(WriteTransaction& tx, const domain::Deployment& deployment);
// The reconciler's: this revision has been Deployed once. Touches nothing else.
Result<void> set_proven_revision(WriteTransaction& tx, std::string_view id, int64_t revision);
// The reconciler's, when nothing of a deleted deployment runs any more: the row goes with all that
// belongs to it, and the id is free again. kConflict unless its desire is kDeleted; a success when
// it is not there.
Result<void> forget(WriteTransaction& tx, std::string_view id);

}  // namespace slipway::store::deployments
