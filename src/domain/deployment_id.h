#pragma once
// Ids of deployments (design.md §3): part of the URL, unique over all groups, at most 56
// characters. Pure but for the random tail.

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace slipway::domain {

inline constexpr size_t kMaxIdLength = 56;

// ^[a-z0-9][a-z0-9-]{1,54}[a-z0-9]$
bool is_deployment_id(std::string_view id);
// The problem with an id that a user chose, or none.
std::optional<std::string> check_deployment_id(std::string_view id);

// "My Model v2" -> "my-model-v2-x7k2p". A name without any letter or digit of ASCII gives
// "deployment-x7k2p". Always a valid id.
std::string make_deployment_id(std::string_view name, Random& random);

}  // namespace slipway::domain
