#pragma once
// /api/v1/users: who there is; for platform admins.

#include "api/routes.h"
#include "control/users.h"

namespace slipway::api {

// `users` outlives the table.
void add_user_routes(RouteTable& table, control::Users& users);

}  // namespace slipway::api
