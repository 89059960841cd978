#pragma once
// The OpenAPI 3.1 document of what a RouteTable serves to callers (internal routes stay out): all
// of it comes from the table. Pure functions.

#include <string>
#include <string_view>

#include "api/routes.h"

namespace slipway::api {

std::string openapi_document(const RouteTable& table, std::string_view version);

}  // namespace slipway::api
