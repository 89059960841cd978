#pragma once
// The one place where an Error becomes HTTP: RFC 9457 problem details (application/problem+json)
// with a stable `type` "urn:slipway:problem:<code>", so that programs decide by type and people
// read `detail`. Pure functions.

#include <string>
#include <string_view>

#include "api/request.h"
#include "base/json_fwd.h"
#include "base/result.h"

namespace slipway::api {

inline constexpr std::string_view kProblemContentType = "application/problem+json";

int http_status(ErrorCode code);
Json limit_json(const ExceededLimit& exceeded);

// `errors` carries the wrong fields: [{"path", "message"}]; `limits` what a refusal of a quota
// exceeds: [{"name", "limit", "used", "asked", "message"}].
Reply problem(const Error& error);

// Problems that only HTTP knows.
Reply method_not_allowed(std::string_view method, std::string_view path, std::string_view allow);
Reply unsupported_media_type(std::string_view detail);
// 403: a write with a session's cookie, but not from our own pages.
Reply forged_request(std::string_view detail);
Reply foreign_origin(std::string_view public_url);
// 403: somebody who has to change their password first.
Reply password_change_required();
// 401 without any credential: the challenge names no error (RFC 6750 §3.1).
Reply credential_missing();

}  // namespace slipway::api
