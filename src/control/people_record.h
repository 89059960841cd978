#pragma once
// The audit rows of changes to users, groups, members and instance types: the object before and
// after as JSON, without password hashes.

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"
#include "domain/group.h"
#include "domain/instance_type.h"
#include "store/transaction.h"
#include "store/users.h"

namespace slipway::control {

std::string audit_value(const store::UserRow& user);
std::string audit_value(const domain::Group& group);
std::string audit_value(const domain::Member& member);
std::string audit_value(const domain::InstanceType& type);

struct AuditedChange {
  std::string action;       // "group.update"
  std::string object;       // the name of what was changed
  std::string detail = {};  // one line
  std::string group = {};   // whose admins may read of it
  std::string before = {};  // audit_value(), or "": was not there
  std::string after = {};
};

Result<void> record_change(store::WriteTransaction& tx, const Caller& caller, Timestamp now,
                           const AuditedChange& change);

}  // namespace slipway::control
