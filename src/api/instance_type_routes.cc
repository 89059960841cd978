#include "api/instance_type_routes.h"

#include "api/etag.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/people_dto.h"
#include "api/query_reader.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr std::string_view kTag = "instance types";

Reply answer(int status, const domain::InstanceType& type) {
  return with_etag(json_reply(status, instance_type_json(type)), type.generation);
}

Result<Reply> list(control::InstanceTypes& types, const RouteCall& call) {
  QueryReader query(call.request.query);
  const auto group = query.text("group");
  TRY(query.finish());
  TRY_ASSIGN(const auto all, types.list(call.caller, group));
  Json items = Json::array();
  for (const domain::InstanceType& type : all) items.push_back(instance_type_json(type));
  return page_reply(std::move(items));
}

Result<Reply> get(control::InstanceTypes& types, const RouteCall& call) {
  TRY_ASSIGN(const auto type, types.get(call.caller, call.path["name"]));
  return answer(200, type);
}

Result<Reply> create(control::InstanceTypes& types, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  TRY_ASSIGN(const domain::InstanceType wanted, read_new_instance_type(document));
  TRY_ASSIGN(const auto made, types.create(call.caller, wanted));
  Reply reply = answer(201, made);
  reply.fields.emplace_back("Location", "/api/v1/instance-types/" + made.name);
  return reply;
}

Result<Reply> patch(control::InstanceTypes& types, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  TRY_ASSIGN(const control::InstanceTypePatch changes, read_instance_type_patch(document));
  TRY_ASSIGN(const auto type, types.update(call.caller, call.path["name"], changes, expected));
  return answer(200, type);
}

Result<Reply> remove(control::InstanceTypes& types, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY(types.remove(call.caller, call.path["name"], expected));
  return no_content();
}

}  // namespace

void add_instance_type_routes(RouteTable& table, control::InstanceTypes& instance_types) {
  using http::Method;
  const auto to = [&instance_types](
                      Result<Reply> (*handler)(control::InstanceTypes&, const RouteCall&)) {
    return
        [&instance_types, handler](const RouteCall& call) { return handler(instance_types, call); };
  };
  const std::string one = "/api/v1/instance-types/{name}";
  table.add({Method::kGet,
             "/api/v1/instance-types",
             "listInstanceTypes",
             Access::kSignedIn,
             {.tag = kTag,
              .summary = "The sizes that replicas of the caller's groups, or of one, may have",
              .query = "group:string",
              .response_schema = "Page:InstanceType"},
             to(list)});
  table.add({Method::kPost,
             "/api/v1/instance-types",
             "createInstanceType",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Make an instance type, for all groups unless said",
              .request_schema = "NewInstanceType",
              .status = 201,
              .response_schema = "InstanceType"},
             to(create)});
  table.add({Method::kGet,
             one,
             "getInstanceType",
             Access::kSignedIn,
             {.tag = kTag, .summary = "One instance type", .response_schema = "InstanceType"},
             to(get)});
  table.add({Method::kPatch,
             one,
             "updateInstanceType",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Change an instance type; what runs keeps its size",
              .request_schema = "InstanceTypePatch",
              .response_schema = "InstanceType",
              .takes_if_match = true},
             to(patch)});
  table.add({Method::kDelete,
             one,
             "deleteInstanceType",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Delete an instance type that nothing uses",
              .status = 204,
              .takes_if_match = true},
             to(remove)});
}

}  // namespace slipway::api
