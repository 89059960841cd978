#pragma once
// What the commands around one deployment share: its id, waiting, showing it.

#include <functional>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "cli/session.h"
#include "cli/wait.h"

namespace CLI {
class App;
}

namespace slipway::cli {

struct WaitOptions {
  bool wait = false;
  std::string timeout = "15m";
};
void add_wait_options(CLI::App& command, WaitOptions& options);

void show_deployment(const Session& session, const Json& deployment);
// Waits when asked to, and shows the deployment as it is then.
Result<void> finish(const Session& session, const ApiClient& client, const Json& deployment,
                    const WaitOptions& options, Goal goal);

// Adds "ID" and leaves `run(id)` as the action.
void set_deployment_action(CLI::App* command, Session& session,
                           std::function<Result<void>(const std::string& id)> run);

}  // namespace slipway::cli
