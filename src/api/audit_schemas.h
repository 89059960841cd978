#pragma once
// JSON Schemas of what audit_routes.cc answers.

#include <string_view>

namespace slipway::api {

std::string_view audit_schemas();

}  // namespace slipway::api
