#pragma once
// The API for people: one HTML page made from the RouteTable, without script, style sheet or
// anything else to be fetched, so that it works offline. Pure functions.

#include <string>
#include <string_view>

#include "api/routes.h"

namespace slipway::api {

std::string docs_page(const RouteTable& table, std::string_view version);

}  // namespace slipway::api
