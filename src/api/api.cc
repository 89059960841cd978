#include "api/api.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "api/answer_once.h"
#include "api/audit_routes.h"
#include "api/client_routes.h"
#include "api/common_schemas.h"
#include "api/deployment_routes.h"
#include "api/description_routes.h"
#include "api/event_routes.h"
#include "api/feed_routes.h"
#include "api/group_routes.h"
#include "api/instance_type_routes.h"
#include "api/json_body.h"
#include "api/log_routes.h"
#include "api/metrics_routes.h"
#include "api/oidc_routes.h"
#include "api/problem.h"
#include "api/secret_routes.h"
#include "api/session_cookie.h"
#include "api/session_routes.h"
#include "api/system_routes.h"
#include "api/ui_routes.h"
#include "api/usage_routes.h"
#include "api/user_routes.h"
#include "api/webhook_routes.h"
#include "http/authorization.h"
#include "identity/keyed_digest.h"

namespace slipway::api {
namespace {

bool has_body_of_its_own(http::Method method) {
  return method == http::Method::kPost || method == http::Method::kPatch ||
         method == http::Method::kPut;
}

control::Caller caller_of(const identity::Principal& who, const Request& request) {
  control::Caller caller;
  caller.user = who.user;
  caller.platform_admin = who.admin;
  caller.may_write = who.may_write;
  caller.groups = who.groups;
  caller.admin_of = who.admin_of;
  caller.source_address = request.peer;
  return caller;
}

}  // namespace

Api::Api(ApiParts parts)
    : identity_(std::move(parts.identity)),
      answers_(parts.answers),
      public_url_(std::move(parts.public_url)),
      log_(std::move(parts.log)) {
  const std::string version = parts.operations.version;
  table_.add_schemas(common_schemas());
  add_session_routes(table_, identity_, public_url_);
  add_oidc_routes(table_, parts.oidc, public_url_);
  add_deployment_routes(table_, parts.deployments, parts.news, public_url_);
  add_client_routes(table_, parts.clients);
  add_log_routes(table_, parts.deployments);
  add_event_routes(table_, parts.deployments);
  add_user_routes(table_, parts.users);
  add_group_routes(table_, parts.groups);
  add_instance_type_routes(table_, parts.instance_types);
  add_secret_routes(table_, parts.secrets);
  add_audit_routes(table_, parts.audit);
  add_usage_routes(table_, parts.usage);
  add_metrics_routes(table_, parts.metrics);
  add_webhook_routes(table_, parts.webhooks);
  add_system_routes(table_, parts.system, version);
  add_operation_routes(table_, std::move(parts.operations));
  add_feed_routes(table_, parts.feed, parts.traffic);
  add_ui_routes(table_, std::move(parts.ui));
  add_description_routes(table_, version);
}

Result<identity::Principal> Api::who(const Request& request, std::string& csrf_token) const {
  if (!has_field(request, "Authorization")) {
    TRY_ASSIGN(identity::SignedIn session, identity_.session(session_cookie_of(request)));
    csrf_token = std::move(session.csrf_token);
    return std::move(session.principal);
  }
  std::string decoded;
  const auto credential = http::parse_authorization(request.field("Authorization"), decoded);
  if (!credential || credential->scheme != http::Authorization::Scheme::kBearer) {
    return fail(ErrorCode::kUnauthenticated,
                "the Authorization field is not 'Bearer' and an API token; user and password are "
                "for POST /api/v1/session only");
  }
  return identity_.authenticate(credential->token);
}

std::optional<Reply> Api::refuse(const Route& route, RouteCall& call) const {
  const Request& request = call.request;
  const bool by_cookie = !has_field(request, "Authorization");
  if (by_cookie && session_cookie_of(request).empty()) return credential_missing();
  std::string csrf_token;
  Result<identity::Principal> principal = who(request, csrf_token);
  if (!principal) return problem(principal.error());
  if (is_write(route.method)) {
    if (by_cookie && !is_own_origin(request, public_url_)) return foreign_origin(public_url_);
    if (by_cookie && !identity::equal_in_constant_time(request.field("X-CSRF-Token"), csrf_token)) {
      return forged_request(
          "a write in a session needs the field X-CSRF-Token with the csrf_token that "
          "GET /api/v1/session tells");
    }
    if (!principal->may_write) {
      return problem(
          Error{ErrorCode::kDenied, "this API token is read-only; use one with the scope 'write'"});
    }
  }
  if (principal->must_change_password && !route.before_password_change) {
    return password_change_required();
  }
  if (route.access == Access::kPlatformAdmin && !principal->admin) {
    return problem(Error{ErrorCode::kDenied, "only platform admins may do this"});
  }
  call.caller = caller_of(*principal, request);
  call.principal = std::move(*principal);
  return std::nullopt;
}

Result<control::Caller> Api::authenticate(const Request& request) const {
  std::string csrf_token;
  TRY_ASSIGN(const identity::Principal principal, who(request, csrf_token));
  if (principal.must_change_password) {
    return fail(ErrorCode::kDenied, "the password must be changed first");
  }
  return caller_of(principal, request);
}

Reply Api::routed(const Request& request, bool internal) const {
  RouteTable::Match match = table_.find(request.method, request.path, internal);
  if (match.route == nullptr && match.allow.empty() && wants_ui_page(request)) {
    match = table_.find(request.method, "/", internal);
  }
  if (match.route == nullptr) {
    if (!match.allow.empty()) {
      return method_not_allowed(http::to_string(request.method), request.path, match.allow);
    }
    return problem(Error{
        ErrorCode::kNotFound,
        fmt::format("nothing is served at '{}'; GET /openapi.json lists what is", request.path)});
  }
  const Route& route = *match.route;
  RouteCall call{request, std::move(match.parameters), {}, {}, [this](const Request& again) {
                   return authenticate(again);
                 }};
  if (route.access != Access::kAnyone && route.access != Access::kInternal) {
    if (std::optional<Reply> refusal = refuse(route, call)) return std::move(*refusal);
  }
  if (has_body_of_its_own(request.method) && !internal && !is_json_request(request)) {
    return unsupported_media_type(fmt::format(
        "the body must be application/json in UTF-8, not '{}'", request.field("Content-Type")));
  }
  Result<Reply> reply = answer_once(answers_, route, call);
  Reply answer = reply ? std::move(*reply) : problem(reply.error());
  if (is_write(request.method) && !internal) {
    log_.info("request", {{"operation", route.operation},
                          {"path", request.path},
                          {"status", answer.status},
                          {"user", call.caller.user},
                          {"from", request.peer}});
  }
  if (!reply && reply.error().code == ErrorCode::kInternal) {
    log_.error("request failed",
               {{"operation", route.operation}, {"error", reply.error().message}});
  }
  return answer;
}

Reply Api::answer(const Request& request, bool internal) const {
  Reply reply;
  try {
    reply = routed(request, internal);
  } catch (const std::exception& unexpected) {
    // Out of memory, mostly: one request fails, the process goes on.
    log_.error("request failed", {{"path", request.path}, {"error", unexpected.what()}});
    reply = problem(Error{ErrorCode::kInternal, "the request could not be carried out"});
  }
  if (reply.later) return reply;
  if (serve::find_field(reply.fields, "Cache-Control").empty()) {
    reply.fields.emplace_back("Cache-Control", "no-store");
  }
  reply.fields.emplace_back("X-Content-Type-Options", "nosniff");
  return reply;
}

}  // namespace slipway::api
