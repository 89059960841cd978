#pragma once
// Waits until a deployment is what was asked for: follows its event stream and asks again with
// growing pauses when the stream breaks off, so a restart of the server does not end the wait.
// Tells every change of status, with its reason, on `err`: in one line that is written anew on a
// terminal, in a line each elsewhere.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/outside.h"

namespace slipway::cli {

enum class Goal { kDeployed, kStopped, kDeleted };
std::optional<Goal> parse_goal(std::string_view text);

// kDeadline: not in time; kInternal: it went to Failed, with replica, cause and log lines;
// kNotFound: there is no such deployment (any more).
Result<void> wait_for(const ApiClient& client, const Outside& outside, const std::string& id,
                      Goal goal, std::chrono::milliseconds timeout);

}  // namespace slipway::cli
