#pragma once
// The routes of pull secrets. In a path "-" stands for the group of a secret that every group may
// use; in JSON that is null. A password is read, handed on, and in no answer.

#include "api/routes.h"
#include "control/pull_secrets.h"

namespace slipway::api {

// `secrets` outlives the table.
void add_secret_routes(RouteTable& table, control::PullSecrets& secrets);

}  // namespace slipway::api
