#pragma once
// Groups and instance types, as JSON Schemas: components/schemas of OpenAPI.
// Constant data.

#include <string_view>

namespace slipway::api {

std::string_view catalog_schemas();

}  // namespace slipway::api
