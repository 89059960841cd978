#pragma once
// All that is wrong with a request about a deployment, in one error that names every field by its
// path ("name", "image", "environment[2].name", ...).

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "store/transaction.h"

namespace slipway::control {

// check_spec() and whether the instance type exists.
Result<std::vector<FieldError>> check_spec_here(store::ReadTransaction& tx,
                                                const domain::Spec& spec);

// A success when there is none.
Result<void> refuse_if_any(const std::string& what, std::vector<FieldError> problems);

}  // namespace slipway::control
