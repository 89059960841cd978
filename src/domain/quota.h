#pragma once
// The arithmetic of quotas: what a deployment demands, what a group uses, and which limits a change
// would exceed. Pure; see Quota in group.h for what is counted.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "domain/group.h"
#include "domain/instance_type.h"

namespace slipway::domain {

struct Usage {
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  int64_t gpus = 0;
  int64_t deployments = 0;  // those that shall run
  bool operator==(const Usage&) const = default;
};
Usage operator+(const Usage& a, const Usage& b);
Usage operator-(const Usage& a, const Usage& b);
Usage at_least(const Usage& a, const Usage& b);  // the larger of each

// Of one replica; `deployments` is 0.
Usage size_of(const InstanceType& type);
// Of one deployment that shall run.
Usage demand_of(const Spec& spec, const InstanceType& type);

// Every limit that `used` + `more` would exceed, in the order cpu, memory, GPU, deployments; empty:
// it fits. `used` counts what the change replaces; `more` is the difference that it makes. What
// does not grow is never refused, also over a quota that was lowered meanwhile.
std::vector<ExceededLimit> check_quota(std::string_view group, const Quota& quota,
                                       const Usage& used, const Usage& more);

// The refusal: kQuota with all limits, its message is the first one's; a success for none.
Result<void> refuse_over_quota(std::vector<ExceededLimit> exceeded);

// How many of `one` fit beside `used`, at most `most`.
int how_many_fit(const Quota& quota, const Usage& used, const Usage& one, int most);

}  // namespace slipway::domain
