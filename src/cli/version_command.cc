#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr const char* kVersion = "0.1.0";

Result<void> version(const Session& session, bool only_client) {
  Json document = {{"client", kVersion}};
  if (!only_client) {
    if (const Result<Context> server = session.server()) {
      TRY_ASSIGN(const ApiReply reply, ApiClient(session.outside, *server).get("/version"));
      document["server"] = text_at(reply.body, {"version"});
    }
  }
  session.show(
      document,
      [&](bool) {
        std::string text = "slipway " + text_at(document, {"client"}) + "\n";
        const std::string server = text_at(document, {"server"});
        return server.empty() ? text : text + "server  " + server + "\n";
      },
      [&] { return text_at(document, {"client"}) + "\n"; });
  return {};
}

}  // namespace

void add_version_command(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("version", "Show the versions of this program and the server");
  const auto client = std::make_shared<bool>(false);
  command->add_flag("--client", *client, "Only of this program");
  command->footer(example("slipway version --client"));
  command->callback([&session, client] {
    session.action = [&session, client] { return version(session, *client); };
  });
}

}  // namespace slipway::cli
