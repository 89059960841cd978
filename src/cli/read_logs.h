#pragma once
// Log lines of one replica as they are, or of all replicas of a deployment with the replica's name
// before each line. Following all of them also picks up replicas that start later, until the
// deployment is gone.

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/api_client.h"
#include "cli/outside.h"

namespace slipway::cli {

struct LogWish {
  std::string deployment;
  std::string replica;      // "": all of them
  std::optional<int> tail;  // lines of each; none: all
  bool follow = false;
  bool timestamps = false;
};

Result<void> read_logs(const ApiClient& client, const Outside& outside, const LogWish& wish);

}  // namespace slipway::cli
