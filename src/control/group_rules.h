#pragma once
// What a group allows its deployments: whether they may run at all, of which instance types and
// with which pull secrets, and how much together. Asked in the transaction that accepts a change:
// the store has one writer, so two changes that race for the last CPU never both win.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "domain/group.h"
#include "domain/instance_type.h"
#include "domain/quota.h"
#include "store/transaction.h"

namespace slipway::control {

// What a deployment shall be after a change.
struct Intent {
  std::string deployment_id = {};             // "": a new one
  const domain::Spec* running_now = nullptr;  // what runs of it shall run already; null: nothing
  const domain::Spec* wanted = nullptr;
};

// kNotFound when it is gone: a deployment's own group is always there.
Result<domain::Group> find_group(store::ReadTransaction& tx, const std::string& name);
Failure no_such_group(const std::string& name);

// kConflict, saying who can switch it on.
Result<void> check_enabled(const domain::Group& group);

// Wrong fields: an instance type or a pull secret that does not exist or is not for this group. An
// instance type that runs already is not refused again. A group without a name is one that nobody
// knows: only what no group could have is wrong then.
Result<std::vector<FieldError>> check_fields_of_group(store::ReadTransaction& tx,
                                                      const domain::Group& group,
                                                      const Intent& intent);

// What the group uses, before the change and after it; and what stands against the change.
struct QuotaForecast {
  domain::Quota quota = {};
  domain::Usage before = {};
  domain::Usage after = {};
  std::vector<ExceededLimit> exceeded = {};
};
// The spec's instance type exists (check_fields_of_group).
Result<QuotaForecast> forecast_quota(store::ReadTransaction& tx, const domain::Group& group,
                                     const Intent& intent);

// All of it: kConflict, kQuota.
Result<void> check_may_run(store::ReadTransaction& tx, const domain::Group& group,
                           const Intent& intent);

// For a spec that names none: the group's default, else the installation's usual one, else the
// smallest that the group may use. "": there is none.
Result<std::string> default_instance_type(store::ReadTransaction& tx, const domain::Group& group);

}  // namespace slipway::control
