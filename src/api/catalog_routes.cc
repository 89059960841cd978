#include "api/catalog_routes.h"

#include "api/catalog_schemas.h"
#include "api/deployment_dto.h"
#include "api/json_reply.h"
#include "base/json.h"

namespace slipway::api {

void add_catalog_routes(RouteTable& table, control::Deployments& deployments) {
  table.add_schemas(catalog_schemas());
  table.add({http::Method::kGet,
             "/api/v1/groups",
             "listGroups",
             Access::kSignedIn,
             {.tag = "catalog", .summary = "The caller's groups", .response_schema = "Page:Group"},
             [&deployments](const RouteCall& call) -> Result<Reply> {
               TRY_ASSIGN(const auto groups, deployments.groups(call.caller));
               Json items = Json::array();
               for (const auto& group : groups) items.push_back(group_json(group));
               return page_reply(std::move(items));
             }});
  table.add({http::Method::kGet,
             "/api/v1/instance-types",
             "listInstanceTypes",
             Access::kSignedIn,
             {.tag = "catalog",
              .summary = "The sizes that a replica may have",
              .response_schema = "Page:InstanceType"},
             [&deployments](const RouteCall& call) -> Result<Reply> {
               TRY_ASSIGN(const auto types, deployments.instance_types(call.caller));
               Json items = Json::array();
               for (const auto& type : types) items.push_back(instance_type_json(type));
               return page_reply(std::move(items));
             }});
}

}  // namespace slipway::api
