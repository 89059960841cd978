#pragma once
// Routes around a deployment's past and future: its history, what changed between revisions, tags,
// rollback, and dry runs. Registered before the routes of deployments: "availability" and "dry-run"
// stand where those have an id.

#include <string>

#include "api/routes.h"
#include "control/deployments.h"

namespace slipway::api {

void add_revision_routes(RouteTable& table, control::Deployments& deployments,
                         const std::string& public_url);

// The {n} of a path; kNotFound for what is no number of a revision.
Result<int64_t> revision_number(const std::string& text);

}  // namespace slipway::api
