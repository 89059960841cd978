#pragma once
// Stored log lines of one replica as they are, or of all replicas of a deployment by time with the
// replica's name before each line. Following outlives a broken connection and a restart of the
// server: it goes on behind the last line that was shown.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/outside.h"

namespace slipway::cli {

struct LogWish {
  std::string deployment;
  std::string replica;      // "": all of them
  std::optional<int> tail;  // newest lines; none: the server's choice
  bool all = false;         // every line there is
  bool follow = false;
  bool previous = false;
  bool timestamps = false;
  std::string since;  // as the API takes it
  std::string until;
  std::string grep;
  std::vector<std::string> streams;
  std::string format = "text";  // "text", "ndjson", "gzip"
};

Result<void> read_logs(const ApiClient& client, const Outside& outside, const LogWish& wish);

}  // namespace slipway::cli
