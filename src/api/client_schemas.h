#pragma once
// JSON Schemas of clients of private endpoints, for OpenAPI.

#include <string_view>

namespace slipway::api {

std::string_view client_schemas();

}  // namespace slipway::api
