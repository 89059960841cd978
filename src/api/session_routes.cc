#include "api/session_routes.h"

#include <memory>

#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/session_schemas.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace slipway::api {
namespace {

constexpr int64_t kLongestLifetime = int64_t{10} * 365 * 24 * 3600;  // seconds

Json time_json(const std::optional<Timestamp>& time) {
  return time ? Json(format_rfc3339(*time)) : Json(nullptr);
}

Json token_json(const identity::ApiToken& token) {
  return {{"id", token.id},
          {"name", token.name},
          {"user", token.user},
          {"scope", to_string(token.scope)},
          {"created_at", time_json(token.created_at)},
          {"last_used_at", time_json(token.last_used_at)},
          {"expires_at", time_json(token.expires_at)}};
}

Reply issued_reply(const identity::IssuedToken& issued) {
  Json document;
  document["token"] = issued.secret;
  const Json about = token_json(issued.token);
  for (const auto& [name, value] : about.items()) document[name] = value;
  return json_reply(201, document);
}

Result<Reply> sign_in(const IdentityDoors& identity, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  const std::string user = reader.required_string("user");
  const std::string password = reader.required_string("password");
  const std::string token_name = reader.optional_string("token_name").value_or("session");
  TRY(reader.finish());
  TRY_ASSIGN(const auto issued, identity.sign_in(user, password, call.request.peer, token_name));
  return issued_reply(issued);
}

Result<Reply> me(const RouteCall& call) {
  const identity::Principal& who = call.principal;
  return json_reply(200, {{"user", who.user},
                          {"admin", who.admin},
                          {"groups", who.groups},
                          {"may_write", who.may_write},
                          {"token_id", who.token_id}});
}

Result<Reply> list_tokens(const IdentityDoors& identity, const RouteCall& call) {
  TRY_ASSIGN(const auto tokens, identity.list(call.principal.user));
  Json items = Json::array();
  for (const auto& token : tokens) items.push_back(token_json(token));
  return page_reply(std::move(items));
}

Result<Reply> issue_token(const IdentityDoors& identity, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  identity::NewToken wanted;
  wanted.user = call.principal.user;
  wanted.name = reader.required_string("name");
  if (const auto scope = reader.optional_string("scope")) {
    const auto parsed = identity::parse_token_scope(*scope);
    if (!parsed) reader.add_fault("scope", "must be read or write");
    wanted.scope = parsed.value_or(identity::TokenScope::kRead);
  }
  if (const auto seconds = reader.optional_integer("lifetime_seconds", {1, kLongestLifetime})) {
    wanted.lifetime = std::chrono::seconds(*seconds);
  }
  TRY(reader.finish());
  TRY_ASSIGN(const auto issued, identity.issue(wanted, call.request.peer));
  return issued_reply(issued);
}

Result<Reply> revoke_token(const IdentityDoors& identity, const RouteCall& call) {
  TRY(identity.revoke(call.principal.user, call.path["id"], call.request.peer));
  return no_content();
}

}  // namespace

void add_session_routes(RouteTable& table, const IdentityDoors& identity) {
  table.add_schemas(session_schemas());
  using http::Method;
  const auto doors = std::make_shared<const IdentityDoors>(identity);
  const auto to = [&](Result<Reply> (*handler)(const IdentityDoors&, const RouteCall&)) {
    return [doors, handler](const RouteCall& call) { return handler(*doors, call); };
  };
  table.add({Method::kPost,
             "/api/v1/session",
             "signIn",
             Access::kAnyone,
             {.tag = "session",
              .summary = "Exchange user and password for an API token",
              .request_schema = "SignIn",
              .status = 201,
              .response_schema = "IssuedToken"},
             to(sign_in)});
  table.add({Method::kGet,
             "/api/v1/me",
             "getMe",
             Access::kSignedIn,
             {.tag = "session", .summary = "Who the token says one is", .response_schema = "Me"},
             me});
  table.add({Method::kGet,
             "/api/v1/tokens",
             "listTokens",
             Access::kSignedIn,
             {.tag = "session",
              .summary = "One's own API tokens, without their secrets",
              .response_schema = "Page:Token"},
             to(list_tokens)});
  table.add({Method::kPost,
             "/api/v1/tokens",
             "createToken",
             Access::kSignedIn,
             {.tag = "session",
              .summary = "Make an API token; the secret is in this answer only",
              .request_schema = "NewToken",
              .status = 201,
              .response_schema = "IssuedToken"},
             to(issue_token)});
  table.add({Method::kDelete,
             "/api/v1/tokens/{id}",
             "revokeToken",
             Access::kSignedIn,
             {.tag = "session", .summary = "Revoke one of one's own API tokens", .status = 204},
             to(revoke_token)});
}

}  // namespace slipway::api
