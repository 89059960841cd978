#include "cli/session.h"

#include "base/json.h"
#include "cli/yaml.h"

namespace slipway::cli {

OutputFormat Session::format() const {
  if (output == "json") return OutputFormat::kJson;
  if (output == "yaml") return OutputFormat::kYaml;
  if (output == "name") return OutputFormat::kName;
  return output == "wide" ? OutputFormat::kWide : OutputFormat::kTable;
}

Result<std::string> Session::config_path() const {
  if (const auto path = outside.environment("SLIPWAY_CONFIG"); path && !path->empty()) return *path;
  if (const auto folder = outside.environment("XDG_CONFIG_HOME"); folder && !folder->empty()) {
    return *folder + "/slipway/contexts.json";
  }
  if (const auto home = outside.environment("HOME"); home && !home->empty()) {
    return *home + "/.config/slipway/contexts.json";
  }
  return fail(ErrorCode::kInvalid,
              "neither HOME nor SLIPWAY_CONFIG is set: nowhere to keep the contexts");
}

Result<Context> Session::server() const {
  Context found;
  const auto from_environment = [&](const char* name) {
    return outside.environment(name).value_or("");
  };
  const std::string given = url.empty() ? from_environment("SLIPWAY_URL") : url;
  // A context that is named wins over the environment, a URL on the command line over both.
  if (!url.empty() || (!given.empty() && context.empty())) {
    TRY_ASSIGN(found.url, normal_url(given));
  }
  const Result<std::string> path = config_path();
  if (path) {
    TRY_ASSIGN(const Contexts contexts, load_contexts(*path));
    const std::string name = context.empty() ? contexts.current : context;
    const auto saved = contexts.by_name.find(name);
    if (!context.empty() && saved == contexts.by_name.end()) {
      return fail(ErrorCode::kNotFound, "there is no context '" + context +
                                            "'; 'slipway config get-contexts' lists them");
    }
    // A saved token goes to the server that gave it and to no other.
    if (saved != contexts.by_name.end() && (found.url.empty() || found.url == saved->second.url)) {
      found = saved->second;
    }
  } else if (found.url.empty()) {
    return fail(path.error());
  }
  if (found.url.empty()) {
    return fail(ErrorCode::kUnauthenticated,
                "no server is chosen; log in with 'slipway login URL' or give --url");
  }
  if (const std::string token = from_environment("SLIPWAY_TOKEN"); !token.empty()) {
    found.token = token;
  }
  return found;
}

Result<ApiClient> Session::client() const {
  TRY_ASSIGN(Context found, server());
  if (found.token.empty()) {
    return fail(ErrorCode::kUnauthenticated, "there is no API token for " + found.url +
                                                 "; log in with 'slipway login " + found.url +
                                                 "' or set SLIPWAY_TOKEN");
  }
  return ApiClient(outside, std::move(found));
}

void Session::show(const Json& document, const std::function<std::string(bool wide)>& table,
                   const std::function<std::string()>& name) const {
  switch (format()) {
    case OutputFormat::kJson:
      return outside.out(dump_json_pretty(document) + "\n");
    case OutputFormat::kYaml:
      return outside.out(to_yaml(document));
    case OutputFormat::kName:
      return outside.out(name());
    case OutputFormat::kTable:
      return outside.out(table(false));
    case OutputFormat::kWide:
      return outside.out(table(true));
  }
}

}  // namespace slipway::cli
