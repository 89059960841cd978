#pragma once
// Each adds its commands to the command line: options, help with an example, and what to do, which
// it leaves in Session::action. The session outlives the CLI::App.

#include <string>

#include "cli/session.h"

namespace CLI {
class App;
}

namespace slipway::cli {

void add_session_commands(CLI::App& app, Session& session);     // login, logout, config
void add_deployment_commands(CLI::App& app, Session& session);  // deployments ...
void add_catalog_commands(CLI::App& app, Session& session);     // groups, instance-types, version
void add_predict_command(CLI::App& app, Session& session);
void add_completion_command(CLI::App& app, Session& session);

// "Example:" and the indented lines, for a command's footer.
std::string example(const std::string& lines);

}  // namespace slipway::cli
