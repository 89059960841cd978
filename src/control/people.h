#pragma once
// The use cases around people and what they may use, over a Store: what main makes. One store
// transaction for each use case, with its audit row.

#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "control/groups.h"
#include "control/instance_types.h"
#include "control/users.h"
#include "store/store.h"

namespace slipway::control {

// What the use cases need; everything outlives them.
struct PeopleParts {
  store::Store& store;
  Clock& clock;
  Random& random;
};

std::unique_ptr<Users> make_users(const PeopleParts& parts);
std::unique_ptr<Groups> make_groups(const PeopleParts& parts);
std::unique_ptr<InstanceTypes> make_instance_types(const PeopleParts& parts);

}  // namespace slipway::control
