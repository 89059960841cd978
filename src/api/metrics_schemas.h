#pragma once
// JSON Schemas of the history of metrics, for RouteTable::add_schemas().

#include <string_view>

namespace slipway::api {

std::string_view metrics_schemas();

}  // namespace slipway::api
