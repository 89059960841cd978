#pragma once
// The files of the web UI as routes of the table, open to everybody: they hold no data, and the
// page that signs people in is one of them. The UI's own paths (/deployments/iris) are no routes;
// api.cc answers them with the page.

#include "api/routes.h"
#include "api/ui_files.h"

namespace slipway::api {

void add_ui_routes(RouteTable& table, UiFiles files);

}  // namespace slipway::api
