#pragma once
// The name Json without its weight: for headers that only pass documents on by reference.

#include <nlohmann/json_fwd.hpp>

namespace slipway {

using Json = nlohmann::ordered_json;

}  // namespace slipway
