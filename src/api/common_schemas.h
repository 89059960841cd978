#pragma once
// What answers of all routes share, as JSON Schemas: components/schemas of OpenAPI. Constant data.

#include <string_view>

namespace slipway::api {

std::string_view common_schemas();

}  // namespace slipway::api
