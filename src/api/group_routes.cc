#include "api/group_routes.h"

#include "api/etag.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/people_dto.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr std::string_view kTag = "groups";

Reply answer(int status, const control::GroupView& view) {
  return with_etag(json_reply(status, group_view_json(view)), view.group.generation);
}

Result<Reply> list(control::Groups& groups, const RouteCall& call) {
  TRY_ASSIGN(const auto all, groups.list(call.caller));
  Json items = Json::array();
  for (const domain::Group& group : all) items.push_back(group_json(group));
  return page_reply(std::move(items));
}

Result<Reply> get(control::Groups& groups, const RouteCall& call) {
  TRY_ASSIGN(const auto view, groups.get(call.caller, call.path["group"]));
  return answer(200, view);
}

Result<Reply> create(control::Groups& groups, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  TRY_ASSIGN(const domain::Group wanted, read_new_group(document));
  TRY_ASSIGN(const auto made, groups.create(call.caller, wanted));
  Reply reply = answer(201, made);
  reply.fields.emplace_back("Location", "/api/v1/groups/" + made.group.name);
  return reply;
}

Result<Reply> patch(control::Groups& groups, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  TRY_ASSIGN(const control::GroupPatch changes, read_group_patch(document));
  TRY_ASSIGN(const auto view, groups.update(call.caller, call.path["group"], changes, expected));
  return answer(200, view);
}

Result<Reply> remove(control::Groups& groups, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY(groups.remove(call.caller, call.path["group"], expected));
  return no_content();
}

Result<Reply> put_member(control::Groups& groups, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request, /*may_be_empty=*/true));
  TRY_ASSIGN(const domain::Member member, read_member(document, call.path["user"]));
  TRY_ASSIGN(const bool is_new, groups.put_member(call.caller, call.path["group"], member));
  return json_reply(is_new ? 201 : 200, member_json(member));
}

Result<Reply> remove_member(control::Groups& groups, const RouteCall& call) {
  TRY(groups.remove_member(call.caller, call.path["group"], call.path["user"]));
  return no_content();
}

}  // namespace

void add_group_routes(RouteTable& table, control::Groups& groups) {
  using http::Method;
  const auto to = [&groups](Result<Reply> (*handler)(control::Groups&, const RouteCall&)) {
    return [&groups, handler](const RouteCall& call) { return handler(groups, call); };
  };
  const std::string one = "/api/v1/groups/{group}";
  table.add({Method::kGet,
             "/api/v1/groups",
             "listGroups",
             Access::kSignedIn,
             {.tag = kTag,
              .summary = "The caller's groups; all for platform admins",
              .response_schema = "Page:Group"},
             to(list)});
  table.add({Method::kPost,
             "/api/v1/groups",
             "createGroup",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Make a group; Model Deployment is off unless said",
              .request_schema = "NewGroup",
              .status = 201,
              .response_schema = "GroupDetail"},
             to(create)});
  table.add({Method::kGet,
             one,
             "getGroup",
             Access::kMember,
             {.tag = kTag,
              .summary = "One group with its quota, what is used of it, and its members",
              .response_schema = "GroupDetail"},
             to(get)});
  table.add({Method::kPatch,
             one,
             "updateGroup",
             Access::kPlatformAdminHidden,
             {.tag = kTag,
              .summary = "Change a group's settings; a limit of null is none",
              .request_schema = "GroupPatch",
              .response_schema = "GroupDetail",
              .takes_if_match = true},
             to(patch)});
  table.add({Method::kDelete,
             one,
             "deleteGroup",
             Access::kPlatformAdminHidden,
             {.tag = kTag,
              .summary = "Delete a group that has no deployments",
              .status = 204,
              .takes_if_match = true},
             to(remove)});
  table.add({Method::kPut,
             one + "/members/{user}",
             "putMember",
             Access::kGroupAdmin,
             {.tag = kTag,
              .summary = "Add a user to the group (201), or change whether a member is an admin",
              .request_schema = "MemberSettings",
              .response_schema = "Member",
              .more_answers = {{201, "Member"}}},
             to(put_member)});
  table.add({Method::kDelete,
             one + "/members/{user}",
             "removeMember",
             Access::kGroupAdmin,
             {.tag = kTag, .summary = "Take a member out of the group", .status = 204},
             to(remove_member)});
}

}  // namespace slipway::api
