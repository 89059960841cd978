#pragma once
// Keeps a streamed answer of the server in a file, for the commands that export. One thread.

#include <string>
#include <string_view>

#include "cli/api_client.h"
#include "cli/outside.h"

namespace slipway::cli {

// `file` "-": standard output. Otherwise it is there whole or not at all, and a line on stderr says
// that `what` ("the audit log") is in it.
Result<void> export_stream(const ApiClient& client, const Outside& outside, const std::string& path,
                           const std::string& file, std::string_view what);

}  // namespace slipway::cli
