#pragma once
// All that is wrong with a request about a deployment, in one error that names every field by its
// path ("name", "image", "environment[2].name", ...).

#include <string>
#include <vector>

#include "base/result.h"
#include "control/group_rules.h"
#include "domain/group.h"
#include "store/transaction.h"

namespace slipway::control {

// check_spec() and what the group says to its fields (group_rules.h). `group` may be null: unknown,
// which is a problem of its own.
Result<std::vector<FieldError>> check_spec_here(store::ReadTransaction& tx,
                                                const domain::Group* group, const Intent& intent);

// A success when there is none.
Result<void> refuse_if_any(const std::string& what, std::vector<FieldError> problems);

}  // namespace slipway::control
