#include "api/user_routes.h"

#include "api/etag.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/people_dto.h"
#include "api/people_schemas.h"
#include "base/json.h"
#include "http/uri.h"

namespace slipway::api {
namespace {

constexpr std::string_view kTag = "users";

Reply answer(int status, const control::UserView& user) {
  return with_etag(json_reply(status, user_json(user)), user.generation);
}

Result<Reply> list(control::Users& users, const RouteCall& call) {
  TRY_ASSIGN(const auto all, users.list(call.caller));
  Json items = Json::array();
  for (const control::UserView& user : all) items.push_back(user_json(user));
  return page_reply(std::move(items));
}

Result<Reply> get(control::Users& users, const RouteCall& call) {
  TRY_ASSIGN(const auto user, users.get(call.caller, call.path["user"]));
  return answer(200, user);
}

Result<Reply> create(control::Users& users, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  TRY_ASSIGN(const control::NewUser wanted, read_new_user(document));
  TRY_ASSIGN(const auto made, users.create(call.caller, wanted));
  Reply reply = with_etag(json_reply(201, user_json(made)), made.user.generation);
  reply.fields.emplace_back("Location", "/api/v1/users/" + http::percent_encode(made.user.name));
  return reply;
}

Result<Reply> patch(control::Users& users, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  TRY_ASSIGN(const control::UserPatch changes, read_user_patch(document));
  TRY_ASSIGN(const auto user, users.update(call.caller, call.path["user"], changes, expected));
  return answer(200, user);
}

Result<Reply> reset_password(control::Users& users, const RouteCall& call) {
  TRY(no_members_in(call.request));
  TRY_ASSIGN(const auto reset, users.reset_password(call.caller, call.path["user"]));
  return with_etag(json_reply(200, user_json(reset)), reset.user.generation);
}

Result<Reply> remove(control::Users& users, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY(users.remove(call.caller, call.path["user"], expected));
  return no_content();
}

}  // namespace

void add_user_routes(RouteTable& table, control::Users& users) {
  table.add_schemas(people_schemas());
  using http::Method;
  const auto to = [&users](Result<Reply> (*handler)(control::Users&, const RouteCall&)) {
    return [&users, handler](const RouteCall& call) { return handler(users, call); };
  };
  const std::string one = "/api/v1/users/{user}";
  table.add({Method::kGet,
             "/api/v1/users",
             "listUsers",
             Access::kPlatformAdmin,
             {.tag = kTag, .summary = "All users, by name", .response_schema = "Page:User"},
             to(list)});
  table.add({Method::kPost,
             "/api/v1/users",
             "createUser",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Make a user; a generated password is in this answer only",
              .request_schema = "NewUser",
              .status = 201,
              .response_schema = "UserWithPassword",
              .repeat = Repeat::kShowsSecret},
             to(create)});
  table.add({Method::kGet,
             one,
             "getUser",
             Access::kPlatformAdmin,
             {.tag = kTag, .summary = "One user with groups", .response_schema = "User"},
             to(get)});
  table.add({Method::kPatch,
             one,
             "updateUser",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Change a user; one that is disabled is signed out everywhere",
              .request_schema = "UserPatch",
              .response_schema = "User",
              .takes_if_match = true},
             to(patch)});
  table.add({Method::kDelete,
             one,
             "deleteUser",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Delete a user with memberships and tokens; deployments stay",
              .status = 204,
              .takes_if_match = true},
             to(remove)});
  table.add({Method::kPost,
             one + "/reset-password",
             "resetPassword",
             Access::kPlatformAdmin,
             {.tag = kTag,
              .summary = "Give a user a new password, to be changed at the next sign-in; it is in "
                         "this answer only",
              .response_schema = "UserWithPassword",
              .repeat = Repeat::kShowsSecret},
             to(reset_password)});
}

}  // namespace slipway::api
