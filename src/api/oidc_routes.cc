#include "api/oidc_routes.h"

#include <memory>

#include "api/cookies.h"
#include "api/json_reply.h"
#include "api/origin.h"
#include "api/query_reader.h"
#include "api/session_cookie.h"
#include "base/json.h"
#include "http/uri.h"

namespace slipway::api {
namespace {

namespace oidc = identity::oidc;

constexpr std::string_view kBrowserCookie = "slipway_oidc";

constexpr std::string_view kSchemas = R"({
  "SignInProvider": {"type": "object", "properties": {"id": {"enum": ["oidc"]},
    "label": {"type": "string", "examples": ["Company account"]},
    "url": {"type": "string", "examples": ["/api/v1/session/oidc"]}}}
})";

struct OidcParts {
  OidcDoors doors;
  std::string public_url;
};

Reply redirect(std::string location) {
  Reply reply;
  reply.status = 302;
  reply.fields.emplace_back("Location", std::move(location));
  return reply;
}

Failure no_provider() {
  return fail(ErrorCode::kNotFound,
              "no OpenID provider is set up; GET /api/v1/session/providers lists those that are");
}

Result<Reply> providers(const OidcParts& parts, const RouteCall&) {
  Json items = Json::array();
  if (parts.doors.begin) {
    items.push_back({{"id", "oidc"}, {"label", parts.doors.label}, {"url", kOidcPath}});
  }
  return page_reply(std::move(items));
}

Result<Reply> begin(const OidcParts& parts, const RouteCall& call) {
  QueryReader query(call.request.query);
  const std::string return_to = query.text("return").value_or("/");
  TRY(query.finish());
  if (!parts.doors.begin) return no_provider();
  TRY_ASSIGN(oidc::Begun begun,
             parts.doors.begin(return_to, find_cookie(call.request, kBrowserCookie)));
  Reply reply = redirect(std::move(begun.location));
  reply.fields.emplace_back(
      "Set-Cookie", set_cookie({.name = kBrowserCookie,
                                .value = begun.browser,
                                .path = kOidcPath,
                                .lifetime = oidc::PendingSignIns::kLifetime,
                                .secure = is_https(own_url(call.request, parts.public_url))}));
  return reply;
}

Result<Reply> finish(const OidcParts& parts, const RouteCall& call) {
  if (!parts.doors.finish) return no_provider();
  // Not a QueryReader: providers send parameters of their own along (session_state, scope, ...).
  TRY_ASSIGN(const http::QueryParameters query, http::QueryParameters::parse(call.request.query));
  const auto value = [&](std::string_view name) {
    return std::string(query.find(name).value_or(""));
  };
  const oidc::Returned returned{.state = value("state"),
                                .code = value("code"),
                                .error = value("error"),
                                .issuer = value("iss")};
  const std::string& source = call.request.peer;
  TRY_ASSIGN(oidc::Finished done,
             parts.doors.finish(returned, find_cookie(call.request, kBrowserCookie), source));
  Reply reply = redirect(std::move(done.return_to));
  reply.fields.emplace_back(
      "Set-Cookie",
      set_session_cookie(done.session.secret, own_url(call.request, parts.public_url)));
  return reply;
}

}  // namespace

OidcDoors doors_of(oidc::SignIn& sign_in) {
  OidcDoors doors;
  doors.begin = [&](const std::string& return_to, std::string_view browser) {
    return sign_in.begin(return_to, browser);
  };
  doors.finish = [&](const oidc::Returned& returned, std::string_view browser,
                     const std::string& source) {
    return sign_in.finish(returned, browser, source);
  };
  doors.label = sign_in.config().label;
  return doors;
}

void add_oidc_routes(RouteTable& table, const OidcDoors& oidc, const std::string& public_url) {
  table.add_schemas(kSchemas);
  using http::Method;
  const auto parts = std::make_shared<const OidcParts>(OidcParts{oidc, public_url});
  const auto to = [&](Result<Reply> (*handler)(const OidcParts&, const RouteCall&)) {
    return [parts, handler](const RouteCall& call) { return handler(*parts, call); };
  };
  table.add({Method::kGet,
             "/api/v1/session/providers",
             "listSignInProviders",
             Access::kAnyone,
             {.tag = "session",
              .summary = "Ways to sign in besides user and password",
              .response_schema = "Page:SignInProvider"},
             to(providers)});
  table.add({Method::kGet,
             std::string(kOidcPath),
             "beginOidcSignIn",
             Access::kAnyone,
             {.tag = "session",
              .summary = "Send the browser to the OpenID provider, and later to the path 'return'",
              .query = "return:string",
              .status = 302},
             to(begin)});
  table.add({Method::kGet,
             std::string(kOidcCallbackPath),
             "finishOidcSignIn",
             Access::kAnyone,
             {.tag = "session",
              .summary = "Where the OpenID provider sends the browser back to: begins a session",
              .query = "state:string code:string error:string iss:string",
              .status = 302},
             to(finish)});
}

}  // namespace slipway::api
