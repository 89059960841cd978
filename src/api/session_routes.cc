#include "api/session_routes.h"

#include <memory>

#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/problem.h"
#include "api/session_cookie.h"
#include "api/session_schemas.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace slipway::api {
namespace {

constexpr int64_t kLongestLifetime = int64_t{10} * 365 * 24 * 3600;  // seconds

struct SessionParts {
  IdentityDoors identity;
  std::string public_url;
};

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

// What a browser is told of its session; the secret is in the cookie only.
Json session_json(const std::string& user, const std::string& csrf_token, Timestamp expires_at,
                  bool must_change_password) {
  return {{"user", user},
          {"csrf_token", csrf_token},
          {"expires_at", format_rfc3339(expires_at)},
          {"must_change_password", must_change_password}};
}

Reply session_reply(int status, const identity::NewSession& session,
                    const std::string& public_url) {
  Reply reply = json_reply(status, session_json(session.user, session.csrf_token,
                                                session.expires_at, session.must_change_password));
  reply.fields.emplace_back("Set-Cookie", set_session_cookie(session.secret, public_url));
  return reply;
}

// The refusal, with how long somebody who guesses has to wait.
Reply refusal(const SessionParts& parts, const Error& error, const std::string& user,
              const std::string& source) {
  Reply reply = problem(error);
  if (error.code != ErrorCode::kThrottled) return reply;
  if (const auto wait = parts.identity.sign_in_wait(user, source)) {
    reply.fields.emplace_back("Retry-After", std::to_string(wait->count()));
  }
  return reply;
}

Result<Reply> sign_in(const SessionParts& parts, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  const std::string user = reader.required_string("user");
  const std::string password = reader.required_string("password");
  const auto token_name = reader.optional_string("token_name");
  const bool cookie = reader.optional_bool("cookie").value_or(false);
  if (cookie && token_name) reader.add_fault("token_name", "a session by cookie makes no token");
  TRY(reader.finish());
  const std::string& source = call.request.peer;
  if (cookie) {
    if (!is_own_origin(call.request, parts.public_url)) return foreign_origin(parts.public_url);
    const auto session = parts.identity.begin_session(user, password, source);
    if (!session) return refusal(parts, session.error(), user, source);
    return session_reply(201, *session, own_url(call.request, parts.public_url));
  }
  const auto issued =
      parts.identity.sign_in(user, password, source, token_name.value_or("session"));
  if (!issued) return refusal(parts, issued.error(), user, source);
  return issued_reply(*issued);
}

Result<Reply> get_session(const SessionParts& parts, const RouteCall& call) {
  if (!call.principal.token_id.empty()) {
    return fail(ErrorCode::kNotFound, "this request came with an API token, not in a session");
  }
  TRY_ASSIGN(const auto session, parts.identity.session(session_cookie_of(call.request)));
  return json_reply(200, session_json(session.principal.user, session.csrf_token,
                                      session.expires_at, session.principal.must_change_password));
}

// Ends the session, or revokes the token that was shown.
Result<Reply> sign_out(const SessionParts& parts, const RouteCall& call) {
  const identity::Principal& who = call.principal;
  if (!who.token_id.empty()) {
    TRY(parts.identity.revoke(who.user, who.token_id, who.user, call.request.peer));
    return no_content();
  }
  TRY(parts.identity.end_session(session_cookie_of(call.request), call.request.peer));
  Reply reply = no_content();
  reply.fields.emplace_back("Set-Cookie",
                            clear_session_cookie(own_url(call.request, parts.public_url)));
  return reply;
}

Result<Reply> change_password(const SessionParts& parts, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  const std::string old_password = reader.required_string("old_password");
  const std::string new_password = reader.required_string("new_password");
  TRY(reader.finish());
  const std::string& user = call.principal.user;
  const std::string& source = call.request.peer;
  const auto session = parts.identity.change_password(user, old_password, new_password, source);
  if (!session) return refusal(parts, session.error(), user, source);
  if (call.principal.token_id.empty())
    return session_reply(200, *session, own_url(call.request, parts.public_url));
  // Who came with a token needs no session.
  TRY(parts.identity.end_session(session->secret, source));
  return json_reply(200, {{"user", user}});
}

Result<Reply> me(const SessionParts&, const RouteCall& call) {
  const identity::Principal& who = call.principal;
  return json_reply(200, {{"user", who.user},
                          {"admin", who.admin},
                          {"groups", who.groups},
                          {"admin_of", who.admin_of},
                          {"may_write", who.may_write},
                          {"must_change_password", who.must_change_password},
                          {"token_id", who.token_id}});
}

Result<Reply> tokens_of(const SessionParts& parts, const std::string& user) {
  TRY_ASSIGN(const auto tokens, parts.identity.list(user));
  Json items = Json::array();
  for (const auto& token : tokens) items.push_back(token_json(token));
  return page_reply(std::move(items));
}

Result<Reply> list_tokens(const SessionParts& parts, const RouteCall& call) {
  return tokens_of(parts, call.principal.user);
}

Result<Reply> list_user_tokens(const SessionParts& parts, const RouteCall& call) {
  return tokens_of(parts, call.path["user"]);
}

Result<Reply> revoke_user_token(const SessionParts& parts, const RouteCall& call) {
  TRY(parts.identity.revoke(call.path["user"], call.path["id"], call.principal.user,
                            call.request.peer));
  return no_content();
}

Result<Reply> issue_token(const SessionParts& parts, const RouteCall& call) {
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
  TRY_ASSIGN(const auto issued, parts.identity.issue(wanted, call.request.peer));
  return issued_reply(issued);
}

Result<Reply> revoke_token(const SessionParts& parts, const RouteCall& call) {
  TRY(parts.identity.revoke(call.principal.user, call.path["id"], call.principal.user,
                            call.request.peer));
  return no_content();
}

}  // namespace

void add_session_routes(RouteTable& table, const IdentityDoors& identity,
                        const std::string& public_url) {
  table.add_schemas(session_schemas());
  using http::Method;
  const auto parts = std::make_shared<const SessionParts>(SessionParts{identity, public_url});
  const auto to = [&](Result<Reply> (*handler)(const SessionParts&, const RouteCall&)) {
    return [parts, handler](const RouteCall& call) { return handler(*parts, call); };
  };
  constexpr bool kBeforePasswordChange = true;
  table.add({Method::kPost,
             "/api/v1/session",
             "signIn",
             Access::kAnyone,
             {.tag = "session",
              .summary = "Exchange user and password for an API token or, for a browser, a cookie",
              .request_schema = "SignIn",
              .status = 201,
              .response_schema = "SignedIn"},
             to(sign_in)});
  table.add({Method::kGet,
             "/api/v1/session",
             "getSession",
             Access::kSignedIn,
             {.tag = "session",
              .summary = "The browser's session, with the CSRF token that its writes need",
              .response_schema = "Session"},
             to(get_session),
             kBeforePasswordChange});
  table.add({Method::kDelete,
             "/api/v1/session",
             "signOut",
             Access::kSignedIn,
             {.tag = "session",
              .summary = "End the session, or revoke the API token that is shown",
              .status = 204},
             to(sign_out),
             kBeforePasswordChange});
  table.add({Method::kGet,
             "/api/v1/me",
             "getMe",
             Access::kSignedIn,
             {.tag = "session", .summary = "Who one is and may do", .response_schema = "Me"},
             to(me),
             kBeforePasswordChange});
  table.add({Method::kPost,
             "/api/v1/me/password",
             "changePassword",
             Access::kSignedIn,
             {.tag = "session",
              .summary = "Change one's own password; all sessions end, a browser gets a new one",
              .request_schema = "PasswordChange",
              .response_schema = "PasswordChanged",
              .repeat = Repeat::kShowsSecret},
             to(change_password),
             kBeforePasswordChange});
  table.add({Method::kGet,
             "/api/v1/users/{user}/tokens",
             "listUserTokens",
             Access::kPlatformAdmin,
             {.tag = "session",
              .summary = "A user's API tokens, without their secrets",
              .response_schema = "Page:Token"},
             to(list_user_tokens)});
  table.add({Method::kDelete,
             "/api/v1/users/{user}/tokens/{id}",
             "revokeUserToken",
             Access::kPlatformAdmin,
             {.tag = "session", .summary = "Revoke a user's API token", .status = 204},
             to(revoke_user_token)});
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
              .response_schema = "IssuedToken",
              .repeat = Repeat::kShowsSecret},
             to(issue_token)});
  table.add({Method::kDelete,
             "/api/v1/tokens/{id}",
             "revokeToken",
             Access::kSignedIn,
             {.tag = "session", .summary = "Revoke one of one's own API tokens", .status = 204},
             to(revoke_token)});
}

}  // namespace slipway::api
