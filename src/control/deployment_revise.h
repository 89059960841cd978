#pragma once
// What "update" and "rollback" share: another spec for a deployment that is there, checked and
// written as its next revision. A dry run uses the checks alone.

#include <string>
#include <vector>

#include "base/result.h"
#include "control/deployment_use_cases.h"
#include "control/group_rules.h"
#include "store/transaction.h"

namespace slipway::control {

struct NextRevision {
  domain::Spec spec = {};
  std::string action = "update";  // or "rollback"
  std::string message = {};
  int64_t rollback_of = 0;
};

// A revision as far as it can be judged without writing.
struct CheckedRevision {
  domain::Group group;
  domain::Spec before;  // of the newest revision
  bool runs = false;    // it shall run already
  std::vector<FieldError> problems = {};
  Intent intent(const domain::Deployment& deployment, const domain::Spec& wanted) const {
    return {
        .deployment_id = deployment.id, .running_now = runs ? &before : nullptr, .wanted = &wanted};
  }
};
Result<CheckedRevision> check_revision(store::ReadTransaction& tx,
                                       const domain::Deployment& deployment,
                                       const NextRevision& next);

// Starts a stopped deployment. One that says what the newest says already makes no revision, and is
// refused (kConflict) when the deployment runs.
Result<DeploymentView> revise(store::WriteTransaction& tx, const DeploymentParts& parts,
                              const Caller& caller, domain::Deployment deployment,
                              const NextRevision& next);

}  // namespace slipway::control
