#pragma once
// One run of the command line: the options that every command shares, and how to get from them to
// a server. Lives in command_line.cc while a command runs; one thread.

#include <functional>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "cli/api_client.h"
#include "cli/contexts.h"
#include "cli/outside.h"

namespace slipway::cli {

enum class OutputFormat { kTable, kWide, kJson, kYaml, kName };

struct Session {
  const Outside& outside;
  std::string output = "table";  // one of table, wide, json, yaml, name
  std::string context = "";      // "": the current one
  std::string url = "";          // "": the context's
  // What the parsed command does; its Error becomes the exit code.
  std::function<Result<void>()> action = {};

  OutputFormat format() const;
  // SLIPWAY_CONFIG, else $XDG_CONFIG_HOME/slipway/contexts.json, else below ~/.config.
  Result<std::string> config_path() const;
  // From --url or SLIPWAY_URL with SLIPWAY_TOKEN, else from the context. kUnauthenticated, saying
  // how to log in, when there is no token.
  Result<ApiClient> client() const;
  // The URL and token may come from anywhere; without the demand for a token.
  Result<Context> server() const;

  // Writes `document` as -o asks for; `table` makes the text of table and wide, `name` that of
  // name.
  void show(const Json& document, const std::function<std::string(bool wide)>& table,
            const std::function<std::string()>& name) const;
};

}  // namespace slipway::cli
