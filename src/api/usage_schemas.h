#pragma once
// JSON Schemas of what usage_routes.cc speaks.

#include <string_view>

namespace slipway::api {

std::string_view usage_schemas();

}  // namespace slipway::api
