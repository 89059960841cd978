#pragma once
// What a group and an instance type may be set to, and which types a group may use. Pure; wrong
// fields come by their path.

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/group.h"
#include "domain/instance_type.h"

namespace slipway::domain {

// Name, display name and quota; whether its instance types exist is the store's to know.
std::vector<FieldError> check_group(const Group& group);
std::vector<FieldError> check_instance_type(const InstanceType& type);

// Global, or named by the group.
bool may_use(const Group& group, const InstanceType& type);

}  // namespace slipway::domain
