#pragma once
// What operators read, as JSON Schemas: components/schemas of OpenAPI.
// Constant data.

#include <string_view>

namespace slipway::api {

std::string_view operation_schemas();

}  // namespace slipway::api
