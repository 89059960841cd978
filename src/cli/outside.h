#pragma once
// Everything that a command touches besides its arguments: streams, environment, time and the
// server. main hands in the real ones (system_outside), tests their own. A command writes data to
// `out` and everything else to `err`.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "call/http_client.h"

namespace slipway::cli {

struct Outside {
  std::function<void(std::string_view text)> out;
  std::function<void(std::string_view text)> err;
  bool err_is_terminal = false;
  // Asks at the terminal; none when there is nobody to ask. ask_secret shows nothing of the answer.
  std::function<std::optional<std::string>(std::string_view prompt)> ask;
  std::function<std::optional<std::string>(std::string_view prompt)> ask_secret;
  std::function<std::string()> read_stdin;  // to its end
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<Timestamp()> now;
  std::function<Monotonic()> monotonic;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<std::string()> fresh_key;  // random, for Idempotency-Key
  std::function<std::string()> host_name;
  // As in call::HttpClient; `stream` may be called from several threads at once.
  std::function<Result<call::Answer>(const call::Call&)> send;
  std::function<Result<int>(const call::Call&, const call::StreamCallbacks&)> stream;
};

// `client` outlives it.
Outside system_outside(call::HttpClient& client);

}  // namespace slipway::cli
