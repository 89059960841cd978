#pragma once
// Users, groups, members and instance types as the audit trail keeps them: JSON without password
// hashes. Pure functions.

#include <string>

#include "domain/group.h"
#include "domain/instance_type.h"
#include "store/users.h"

namespace slipway::control {

std::string audit_value(const store::UserRow& user);
std::string audit_value(const domain::Group& group);
std::string audit_value(const domain::Member& member);
std::string audit_value(const domain::InstanceType& type);

}  // namespace slipway::control
