#pragma once
// Users, groups, members and instance types, as JSON Schemas: components/schemas of OpenAPI.
// Constant data.

#include <string_view>

namespace slipway::api {

std::string_view people_schemas();

}  // namespace slipway::api
