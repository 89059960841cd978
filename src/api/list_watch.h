#pragma once
// GET /api/v1/deployments?watch=1: the list of deployments as server-sent events, first as it is,
// then as it changes. docs/api.md says what a reader gets.

#include <string>

#include "api/lasting_caller.h"
#include "api/request.h"
#include "control/deployments.h"
#include "control/list_news.h"

namespace slipway::api {

struct ListWatchParts {
  control::Deployments& deployments;
  control::ListNews& news;
  std::string public_url;
};

// `position`: the Last-Event-ID; "": none. What the parts refer to outlives the reply.
Result<Reply> watch_list(const ListWatchParts& parts, const RouteCall& call,
                         control::DeploymentFilter filter, std::string position);

}  // namespace slipway::api
