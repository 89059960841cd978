#pragma once
// The JSON Schemas that secret_routes.cc names.

#include <string_view>

namespace slipway::api {

std::string_view secret_schemas();

}  // namespace slipway::api
