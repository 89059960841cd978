#pragma once
// Deployments and what hangs on them, as JSON Schemas: components/schemas of OpenAPI.
// Constant data.

#include <string_view>

namespace slipway::api {

std::string_view deployment_schemas();

}  // namespace slipway::api
