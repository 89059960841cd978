#pragma once
// How many more replicas of one size fit now, counted from our own records of what was placed and
// never from what an engine measures. Pure.
//
// The node limits only *extra* replicas, those that a rolling update would like to run beside the
// old ones. What a user asked for is always placed: a limit is a ceiling and not a reservation, and
// who may ask for how much is the group's quota, checked when the request is accepted.

#include <cstdint>
#include <vector>

#include "domain/instance_type.h"

namespace slipway::planner {

struct Resources {
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  bool operator==(const Resources&) const = default;
};

// CPU may be promised so many times: one too many makes an update slow, while taking an old replica
// out of service first would cost requests. Memory is promised once; running out of it kills.
inline constexpr int64_t kCpuPromises = 4;

// Never more than this at once, however large the node is.
inline constexpr int kMostSurge = 10'000;

Resources size_of(const domain::InstanceType& type);
Resources sum(const std::vector<Resources>& placed);

// 0 when none fits. A type that asks for nothing of a resource is not limited by it.
int surge_room(const Resources& node, const Resources& placed, const Resources& one);

}  // namespace slipway::planner
