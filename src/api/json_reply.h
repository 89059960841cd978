#pragma once
// Answers that hold JSON. Pure functions.

#include <string>
#include <string_view>

#include "api/request.h"
#include "base/json_fwd.h"

namespace slipway::api {

Reply json_reply(int status, const Json& document);
// {"items": [...], "next_cursor": "..." or null}
Reply page_reply(Json items, std::string_view next_cursor = "");
Reply no_content();

}  // namespace slipway::api
