#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <sstream>

#include "cli/api_reply.h"
#include "cli/commands.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

void add_list(CLI::App& app, Session& session, const char* name, const char* help,
              std::string (*table)(const Json&)) {
  auto* command = app.add_subcommand(name, help);
  command->require_subcommand(1);
  const std::string shown = fmt::format("slipway {} list", name);
  command->footer(example(shown));
  auto* list = command->add_subcommand("list", help);
  list->alias("ls");
  list->footer(example(shown));
  list->callback([&session, path = fmt::format("/api/v1/{}", name), table] {
    session.action = [&session, path, table]() -> Result<void> {
      TRY_ASSIGN(const ApiClient client, session.client());
      TRY_ASSIGN(const Json items, client.all_pages(path));
      session.show(
          items, [&](bool) { return table(items); }, [&] { return names_of(items, "name"); });
      return {};
    };
  });
}

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

// "@file", "-" or the data itself. A bare array is what Seldon calls an ndarray.
Result<std::string> prediction_body(const Session& session, const std::string& given) {
  std::string text = given;
  if (given == "-") {
    text = session.outside.read_stdin();
  } else if (given.size() > 1 && given.front() == '@') {
    std::ifstream in(given.substr(1));
    if (!in) return fail(ErrorCode::kInvalid, "cannot read " + given.substr(1));
    std::stringstream whole;
    whole << in.rdbuf();
    text = whole.str();
  }
  TRY_ASSIGN(const Json document, parse_json(text, JsonLimits{size_t{256} * 1024 * 1024, 64}));
  if (!document.is_array()) return text;
  return dump_json({{"data", {{"ndarray", document}}}});
}

Result<void> predict(const Session& session, const std::string& id, const std::string& data) {
  TRY_ASSIGN(const std::string body, prediction_body(session, data));
  // The endpoint is open to anyone so far: an API token has no business there.
  TRY_ASSIGN(const Context server, session.server());
  call::Call call;
  call.method = "POST";
  call.url = fmt::format("{}/deployment/{}/api/v1.0/predictions", server.url, call::url_encode(id));
  call.ca_file = server.ca_file;
  call.headers = {{"Content-Type", "application/json"}};
  call.body = body;
  call.total_timeout = std::chrono::minutes(10);
  call.max_response_bytes = size_t{256} * 1024 * 1024;
  TRY_ASSIGN(const call::Answer answer, session.outside.send(call));
  if (answer.status != 200) {
    Error error = error_of(answer.status, answer.body);
    // The server answers; it is the model that does not.
    if (error.code == ErrorCode::kUnavailable) error.code = ErrorCode::kInternal;
    return fail(std::move(error));
  }
  const Result<Json> reply = parse_json(answer.body, JsonLimits{size_t{256} * 1024 * 1024, 64});
  const bool wants_form =
      session.format() == OutputFormat::kJson || session.format() == OutputFormat::kYaml;
  if (reply && wants_form) {
    session.show(*reply, {}, {});
  } else {
    const bool ends = !answer.body.empty() && answer.body.back() == '\n';
    session.outside.out(answer.body + (ends ? "" : "\n"));
  }
  return {};
}

}  // namespace

void add_predict_command(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("predict", "Ask a deployment for a prediction");
  const auto id = std::make_shared<std::string>();
  const auto data = std::make_shared<std::string>();
  command->add_option("ID", *id, "Id of the deployment")->required();
  command->add_option("-d,--data", *data, "JSON, @file or - for stdin; an array is an ndarray")
      ->required();
  command->footer(example("slipway predict iris-x7k2p --data '[[5.1,3.5,1.4,0.2]]'"));
  command->callback([&session, id, data] {
    session.action = [&session, id, data] { return predict(session, *id, *data); };
  });
}

void add_catalog_commands(CLI::App& app, Session& session) {
  add_list(app, session, "instance-types", "The sizes that a replica may have",
           instance_types_table);
  add_list(app, session, "groups", "Your groups", groups_table);
  auto* command = app.add_subcommand("version", "Show the versions of this program and the server");
  const auto client = std::make_shared<bool>(false);
  command->add_flag("--client", *client, "Only of this program");
  command->footer(example("slipway version --client"));
  command->callback([&session, client] {
    session.action = [&session, client] { return version(session, *client); };
  });
}

}  // namespace slipway::cli
