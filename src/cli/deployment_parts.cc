#include "cli/deployment_parts.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {

void add_wait_options(CLI::App& command, WaitOptions& options) {
  command.add_flag("--wait", options.wait, "Wait until it is done, showing progress on stderr");
  command.add_option("--timeout", options.timeout, "How long to wait, e.g. 90s")
      ->capture_default_str();
}

void show_deployment(const Session& session, const Json& deployment) {
  const Timestamp now = session.outside.now();
  session.show(
      deployment,
      [&](bool wide) { return deployments_table(Json::array({deployment}), wide, now); },
      [&] { return text_at(deployment, {"id"}) + "\n"; });
}

Result<void> finish(const Session& session, const ApiClient& client, const Json& deployment,
                    const WaitOptions& options, Goal goal) {
  if (!options.wait) {
    show_deployment(session, deployment);
    return {};
  }
  TRY_ASSIGN(const auto timeout, parse_duration(options.timeout));
  const std::string id = text_at(deployment, {"id"});
  Result<void> waited = wait_for(client, session.outside, id, goal, timeout);
  // What was made is data, however the wait ended: scripts need the id.
  const auto present = client.get(deployment_path(id));
  show_deployment(session, present ? present->body : deployment);
  return waited;
}

void set_deployment_action(CLI::App* command, Session& session,
                           std::function<Result<void>(const std::string& id)> run) {
  const auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "Id of the deployment")->required();
  command->callback(
      [&session, id, run = std::move(run)] { session.action = [id, run] { return run(*id); }; });
}

}  // namespace slipway::cli
