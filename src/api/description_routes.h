#pragma once
// The two routes that tell about all routes: /openapi.json for programs, /docs for people, both
// open to anyone.

#include <string_view>

#include "api/routes.h"

namespace slipway::api {

// The last to be added: the texts are made here, once, since anyone may ask for them as often as
// they like, and a route that is added later is missing in them.
void add_description_routes(RouteTable& table, std::string_view version);

}  // namespace slipway::api
