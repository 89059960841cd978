#pragma once
// JSON Schemas of what system_routes.cc speaks.

#include <string_view>

namespace slipway::api {

std::string_view system_schemas();

}  // namespace slipway::api
