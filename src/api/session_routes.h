#pragma once
// /api/v1/session, /me and /tokens: a password for a token, who the token says one is, and the
// tokens that one has. A token's secret is in one answer only, which no cache may keep.

#include <string>

#include "api/identity_doors.h"
#include "api/routes.h"

namespace slipway::api {

void add_session_routes(RouteTable& table, const IdentityDoors& identity,
                        const std::string& public_url);

}  // namespace slipway::api
