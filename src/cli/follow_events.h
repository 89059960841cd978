#pragma once
// Follows a stream of server-sent events (docs/api.md, "Watch") over restarts of the server: when
// the connection breaks it is made again and goes on behind the last event that had an id.

#include <functional>
#include <string>

#include "cli/api_client.h"
#include "cli/event_stream.h"
#include "cli/outside.h"

namespace slipway::cli {

// Returns when `on_event` says false (enough), or when what is followed was deleted meanwhile. An
// error: the server cannot be reached at first, refuses, or ends the stream (the token was
// revoked).
Result<void> follow_events(const ApiClient& client, const Outside& outside, const std::string& path,
                           const std::function<bool(const ServerSentEvent& event)>& on_event);

}  // namespace slipway::cli
