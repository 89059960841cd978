#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

// "@file", "-" or the data itself. A bare array is what Seldon calls an ndarray.
Result<std::string> prediction_body(const Session& session, const std::string& given) {
  std::string text = given;
  if (given == "-" || (given.size() > 1 && given.front() == '@')) {
    TRY_ASSIGN(text, read_input(session, given == "-" ? given : given.substr(1)));
  }
  TRY_ASSIGN(const Json document, parse_json(text, JsonLimits{size_t{256} * 1024 * 1024, 64}));
  if (!document.is_array()) return text;
  return dump_json({{"data", {{"ndarray", document}}}});
}

Result<void> predict(const Session& session, const std::string& id, const std::string& data) {
  TRY_ASSIGN(const std::string body, prediction_body(session, data));
  // An API token has no business at a model; a private endpoint wants a client's.
  TRY_ASSIGN(const Context server, session.server());
  call::Call call;
  call.method = "POST";
  call.url = fmt::format("{}/deployment/{}/api/v1.0/predictions", server.url, call::url_encode(id));
  call.ca_file = server.ca_file;
  call.headers = {{"Content-Type", "application/json"}};
  if (const auto token = session.outside.environment("SLIPWAY_CLIENT_TOKEN");
      token && !token->empty()) {
    call.headers.emplace_back("Authorization", "Bearer " + *token);
  }
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

}  // namespace slipway::cli
