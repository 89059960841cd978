#pragma once
// What the platform itself tells a model container in its environment (design.md §4, the Seldon
// contract). Pure.

#include <string_view>
#include <vector>

#include "domain/deployment.h"
#include "domain/replica.h"

namespace slipway::domain {

// Would a user's variable of that name clash with the platform's?
bool is_platform_variable(std::string_view name);

// `listen_port` is where the model shall listen: the spec's port, or one that the engine chose.
std::vector<EnvironmentVariable> platform_environment(const ReplicaKey& key, const Spec& spec,
                                                      int listen_port);

// The user's variables and the platform's; the latter win.
std::vector<EnvironmentVariable> container_environment(const ReplicaKey& key, const Spec& spec,
                                                       int listen_port);

}  // namespace slipway::domain
