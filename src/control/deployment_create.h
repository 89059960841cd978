#pragma once
// The use case "create": a Deployment and its Revision 1.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/deployment_use_cases.h"
#include "domain/group.h"
#include "store/transaction.h"

namespace slipway::control {

// A create as far as it can be judged without writing: what it would make, and every wrong field.
struct CheckedCreate {
  std::string name;                         // trimmed
  std::optional<domain::Group> group = {};  // none: one of the problems says why
  domain::Spec spec = {};                   // with the instance type chosen when none was given
  std::vector<FieldError> problems = {};
};
Result<CheckedCreate> check_create(store::ReadTransaction& tx, const Caller& caller,
                                   const NewDeployment& wanted);

Result<DeploymentView> create_deployment(const DeploymentParts& parts, const Caller& caller,
                                         const NewDeployment& wanted);

}  // namespace slipway::control
