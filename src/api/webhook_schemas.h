#pragma once
// JSON Schemas of what webhook_routes.cc speaks.

#include <string_view>

namespace slipway::api {

std::string_view webhook_schemas();

}  // namespace slipway::api
