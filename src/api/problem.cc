#include "api/problem.h"

#include <fmt/format.h>

#include "base/json.h"

namespace slipway::api {
namespace {

constexpr std::string_view kRealm = "Bearer realm=\"slipway\"";

std::string_view title(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "The request is not valid";
    case ErrorCode::kUnauthenticated:
      return "A valid API token is needed";
    case ErrorCode::kDenied:
      return "Not allowed";
    case ErrorCode::kNotFound:
      return "Not found";
    case ErrorCode::kConflict:
      return "It clashes with the present state";
    case ErrorCode::kPrecondition:
      return "It has changed since you read it";
    case ErrorCode::kTooLarge:
      return "Too large";
    case ErrorCode::kQuota:
      return "A limit of the group is reached";
    case ErrorCode::kThrottled:
      return "Too many attempts";
    case ErrorCode::kUnavailable:
      return "Not available now";
    case ErrorCode::kDeadline:
      return "It took too long";
    case ErrorCode::kInternal:
      return "Something failed inside Slipway";
  }
  return "Something failed inside Slipway";
}

Reply make(std::string_view code, int status, std::string_view title, std::string_view detail,
           const std::vector<FieldError>& faults = {},
           const std::vector<ExceededLimit>& limits = {}) {
  Json document;
  document["type"] = fmt::format("urn:slipway:problem:{}", code);
  document["title"] = title;
  document["status"] = status;
  document["detail"] = detail;
  if (!faults.empty()) {
    Json& errors = document["errors"] = Json::array();
    for (const FieldError& fault : faults) {
      errors.push_back({{"path", fault.path}, {"message", fault.message}});
    }
  }
  if (!limits.empty()) {
    Json& exceeded = document["limits"] = Json::array();
    for (const ExceededLimit& one : limits) exceeded.push_back(limit_json(one));
  }
  Reply reply;
  reply.status = status;
  reply.content_type = kProblemContentType;
  reply.body = dump_json(document) + "\n";
  return reply;
}

// A quoted-string of RFC 9110 takes neither quotes nor anything outside of printable ASCII.
std::string header_safe(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') out += c;
  }
  return out;
}

}  // namespace

Json limit_json(const ExceededLimit& exceeded) {
  return {{"name", exceeded.limit_name},
          {"limit", exceeded.limit},
          {"used", exceeded.used},
          {"asked", exceeded.asked},
          {"message", exceeded.message}};
}

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
    case ErrorCode::kQuota:
      return 409;
    case ErrorCode::kPrecondition:
      return 412;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kThrottled:
      return 429;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kDeadline:
      return 504;
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

Reply problem(const Error& error) {
  Reply reply = make(to_string(error.code), http_status(error.code), title(error.code),
                     error.message, error.fields, error.limits);
  if (error.code == ErrorCode::kUnauthenticated) {
    reply.fields.emplace_back("WWW-Authenticate",
                              fmt::format("{}, error=\"invalid_token\", error_description=\"{}\"",
                                          kRealm, header_safe(error.message)));
  } else if (error.code == ErrorCode::kUnavailable) {
    reply.fields.emplace_back("Retry-After", "2");
  }
  return reply;
}

Reply method_not_allowed(std::string_view method, std::string_view path, std::string_view allow) {
  Reply reply = make("method_not_allowed", 405, "This method is not served here",
                     fmt::format("{} is not served at {}; use {}", method, path, allow));
  reply.fields.emplace_back("Allow", allow);
  return reply;
}

Reply unsupported_media_type(std::string_view detail) {
  Reply reply = make("unsupported_media_type", 415, "This kind of body is not read here", detail);
  reply.fields.emplace_back("Accept", "application/json");
  return reply;
}

Reply forged_request(std::string_view detail) {
  return make("csrf", 403, "It does not come from Slipway's own pages", detail);
}

Reply foreign_origin(std::string_view public_url) {
  return forged_request(fmt::format(
      "the page that sends this is not of {}; open Slipway there, or set its public_url",
      public_url));
}

Reply password_change_required() {
  return make("password-change-required", 403, "The password has to be changed first",
              "change your password with POST /api/v1/me/password (old_password, new_password); "
              "until then nothing else is allowed");
}

Reply credential_missing() {
  Reply reply =
      make(to_string(ErrorCode::kUnauthenticated), 401, title(ErrorCode::kUnauthenticated),
           "send an API token as 'Authorization: Bearer slw_...'; POST /api/v1/session "
           "with user and password gives one");
  reply.fields.emplace_back("WWW-Authenticate", kRealm);
  return reply;
}

}  // namespace slipway::api
