#pragma once
// Signing in, API tokens, and who one is, as JSON Schemas: components/schemas of OpenAPI.
// Constant data.

#include <string_view>

namespace slipway::api {

std::string_view session_schemas();

}  // namespace slipway::api
