#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/people_views.h"
#include "cli/session.h"
#include "cli/table.h"

namespace slipway::cli {

std::string describe_error(const Error& error) {
  // One wrong field stands in the message already.
  std::string out = "error: " + printable(error.message, /*keep_lines=*/true) + "\n";
  if (error.fields.size() > 1) {
    for (const FieldError& fault : error.fields) {
      out += "  " + printable(fault.path.empty() ? "document" : fault.path) + ": " +
             printable(fault.message) + "\n";
    }
  } else if (!error.fields.empty() &&
             error.message.find(error.fields.front().path) == std::string::npos) {
    out += "  " + printable(error.fields.front().path) + ": " +
           printable(error.fields.front().message) + "\n";
  }
  for (const ExceededLimit& one : error.limits) {
    const auto amount = [&](int64_t number) { return format_amount(one.limit_name, number); };
    out += fmt::format("  {}: {} asked, {} used of {}\n", printable(one.limit_name),
                       amount(one.asked), amount(one.used), amount(one.limit));
  }
  return out;
}

int run_command_line(std::vector<std::string> arguments, const Outside& outside) {
  Session session{outside};
  CLI::App app("slipway deploys models and looks after them, over the REST API of a Slipway server",
               "slipway");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(example("slipway login http://127.0.0.1:8080 --user admin\n"
                     "slipway deployments create iris --image iris-sklearn:1 --replicas 2 --wait\n"
                     "slipway predict iris-x7k2p --data '[[5.1,3.5,1.4,0.2]]'") +
             std::string(kExitCodeHelp));
  app.add_option("-o,--output", session.output, "Form of the output on stdout")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml", "name"}))
      ->capture_default_str();
  app.add_option("--context", session.context, "Server of `slipway login` to use")
      ->type_name("NAME");
  app.add_option("--url", session.url, "Server to use (default: SLIPWAY_URL, else the context's)")
      ->type_name("URL");
  add_session_commands(app, session);
  add_deployment_commands(app, session);
  add_apply_commands(app, session);
  add_history_commands(app, session);
  add_predict_command(app, session);
  add_client_commands(app, session);
  add_secret_commands(app, session);
  add_group_commands(app, session);
  add_user_commands(app, session);
  add_instance_type_commands(app, session);
  add_token_commands(app, session);
  add_webhook_commands(app, session);
  add_audit_command(app, session);
  add_usage_command(app, session);
  add_system_command(app, session);
  add_version_command(app, session);
  add_completion_command(app, session);

  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& stop) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(stop, out, err);
    outside.out(out.str());
    outside.err(err.str());
    return static_cast<int>(code == 0 ? ExitCode::kOk : ExitCode::kUsage);
  }
  if (!session.action) return static_cast<int>(ExitCode::kUsage);
  const Result<void> done = session.action();
  if (done) return static_cast<int>(ExitCode::kOk);
  outside.err(describe_error(done.error()));
  return static_cast<int>(exit_code_of(done.error().code));
}

}  // namespace slipway::cli
