#pragma once
// The table of revisions; nothing of a row is ever changed but its tag.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "domain/retention.h"
#include "store/transaction.h"

namespace slipway::store::revisions {

Result<std::optional<domain::Revision>> find(ReadTransaction& tx, std::string_view deployment_id,
                                             int64_t number);
// Newest first.
Result<std::vector<domain::Revision>> all(ReadTransaction& tx, std::string_view deployment_id);
Result<void> insert(WriteTransaction& tx, const domain::Revision& revision);
// "": no tag. kNotFound.
Result<void> set_tag(WriteTransaction& tx, std::string_view deployment_id, int64_t number,
                     std::string_view tag);
// The revision of this deployment that has the tag.
Result<std::optional<int64_t>> find_tag(ReadTransaction& tx, std::string_view deployment_id,
                                        std::string_view tag);

// For retention: what is known of each without its spec, newest first.
Result<std::vector<domain::KeptRevision>> facts(ReadTransaction& tx,
                                                std::string_view deployment_id);
// Deployments with more than `count` revisions, or with one from before `before`.
Result<std::vector<std::string>> crowded(ReadTransaction& tx, int64_t count, Timestamp before);
Result<void> remove(WriteTransaction& tx, std::string_view deployment_id, int64_t number);

}  // namespace slipway::store::revisions
