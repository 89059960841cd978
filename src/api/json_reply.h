#pragma once
// Answers that hold JSON. Pure functions.

#include <optional>
#include <string>
#include <string_view>

#include "api/request.h"
#include "base/clock.h"
#include "base/json_fwd.h"

namespace slipway::api {

Reply json_reply(int status, const Json& document);
// {"items": [...], "next_cursor": "..." or null}
Reply page_reply(Json items, std::string_view next_cursor = "");
Reply no_content();

// RFC 3339 in UTC; none is null.
Json time_json(const std::optional<Timestamp>& time);

}  // namespace slipway::api
