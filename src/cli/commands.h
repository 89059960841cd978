#pragma once
// Each adds its commands to the command line: options, help with an example, and what to do, which
// it leaves in Session::action. The session outlives the CLI::App.

#include <string>

#include "cli/session.h"

namespace CLI {
class App;
}

namespace slipway::cli {

void add_session_commands(CLI::App& app, Session& session);     // login, logout, passwd, config
void add_deployment_commands(CLI::App& app, Session& session);  // deployments ...
void add_apply_commands(CLI::App& app, Session& session);       // apply, diff
void add_history_commands(CLI::App& app, Session& session);     // history, rollback, tag, events
void add_metrics_command(CLI::App& deployments, Session& session);
void add_predict_command(CLI::App& app, Session& session);
void add_client_commands(CLI::App& app, Session& session);         // clients ...
void add_secret_commands(CLI::App& app, Session& session);         // secrets ...
void add_group_commands(CLI::App& app, Session& session);          // groups ...
void add_user_commands(CLI::App& app, Session& session);           // users ...
void add_instance_type_commands(CLI::App& app, Session& session);  // instance-types ...
void add_token_commands(CLI::App& app, Session& session);          // tokens ...
void add_webhook_commands(CLI::App& app, Session& session);        // webhooks ...
void add_audit_command(CLI::App& app, Session& session);
void add_usage_command(CLI::App& app, Session& session);
void add_system_command(CLI::App& app, Session& session);
void add_version_command(CLI::App& app, Session& session);
void add_completion_command(CLI::App& app, Session& session);

}  // namespace slipway::cli
