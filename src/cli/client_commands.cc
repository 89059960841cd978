#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/clock.h"
#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/people_views.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

struct ClientOptions {
  std::string id;
  std::string name;
  std::optional<std::string> expires;  // a duration, a time, or "never"
  std::optional<std::string> rate;     // a number or "none"
  std::string overlap = "0s";
  bool yes = false;
};

std::string clients_path(const ClientOptions& options) {
  return deployment_path(options.id, "/clients");
}

std::string client_path(const ClientOptions& options) {
  return item_path(clients_path(options), options.name);
}

Result<Json> expiry_of(const Session& session, const std::string& text) {
  if (text == "never") return Json(nullptr);
  if (const auto time = parse_rfc3339(text)) return Json(format_rfc3339(*time));
  const auto lifetime = parse_duration(text);
  if (lifetime) return Json(format_rfc3339(session.outside.now() + *lifetime));
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is not understood; write --expires as 90d, 2027-01-31T12:00:00Z or "
                          "never",
                          text));
}

Result<Json> settings_of(const Session& session, const ClientOptions& options) {
  Json document = Json::object();
  if (options.expires) {
    TRY_ASSIGN(document["expires_at"], expiry_of(session, *options.expires));
  }
  if (options.rate == "none") {
    document["requests_per_minute"] = nullptr;
  } else if (options.rate) {
    Result<Json> rate = parse_json(*options.rate);
    if (!rate || !rate->is_number_integer()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("--rate wants a whole number or none, not '{}'", *options.rate));
    }
    document["requests_per_minute"] = std::move(*rate);
  }
  return document;
}

void show_token(const Session& session, const Json& issued, const ClientOptions& options) {
  show_once(session, issued, "token",
            fmt::format("this is the token of client '{0}', shown this once; use it as "
                        "'curl -u {0}:TOKEN' or as a bearer token",
                        text_at(issued, {"name"}), options.id));
}

Result<void> list(const Session& session, const ApiClient& client, const ClientOptions& options) {
  TRY_ASSIGN(const Json items, client.all_pages(clients_path(options)));
  show_items(session, items, clients_table, "name");
  return {};
}

Result<void> add(const Session& session, const ApiClient& client, const ClientOptions& options) {
  TRY_ASSIGN(const Json settings, settings_of(session, options));
  Json document = {{"name", options.name}};
  document.update(settings);
  TRY_ASSIGN(const ApiReply reply, client.post(clients_path(options), document));
  show_token(session, reply.body, options);
  return {};
}

Result<void> rotate(const Session& session, const ApiClient& client, const ClientOptions& options) {
  TRY_ASSIGN(const auto overlap, parse_duration(options.overlap));
  TRY_ASSIGN(const ApiReply reply, client.post(client_path(options) + "/rotate",
                                               {{"overlap_seconds", overlap.count() / 1000}}));
  show_token(session, reply.body, options);
  return {};
}

Result<void> set(const Session& session, const ApiClient& client, const ClientOptions& options) {
  TRY_ASSIGN(const Json document, settings_of(session, options));
  if (document.empty()) {
    return fail(ErrorCode::kInvalid, "nothing to change was given; see --help");
  }
  TRY_ASSIGN(const ApiReply reply, client.patch(client_path(options), document));
  show_items(session, Json::array({reply.body}), clients_table, "name");
  return {};
}

Result<void> remove(const Session& session, const ApiClient& client, const ClientOptions& options) {
  TRY(confirm(session,
              fmt::format("Remove the client '{}' of '{}'? Its requests are refused at once.",
                          options.name, options.id),
              options.yes));
  TRY(client.remove(client_path(options)));
  session.outside.err(fmt::format("removed '{}'\n", options.name));
  return {};
}

void add_settings(CLI::App* command, ClientOptions& options) {
  command->add_option("--expires", options.expires,
                      "After how long or when its token ends: 90d, 2027-01-31T12:00:00Z, never");
  command->add_option("--rate", options.rate, "Requests a minute at each gateway, or none");
}

}  // namespace

void add_client_commands(CLI::App& app, Session& session) {
  auto* clients = add_noun(app, "clients", "Who may use a private endpoint",
                           "slipway clients add iris-x7k2p webshop > webshop.token");
  clients->alias("client");
  const auto options = std::make_shared<ClientOptions>();
  using Run = Result<void> (*)(const Session&, const ApiClient&, const ClientOptions&);
  const auto add_command = [&](const char* name, const char* help, const char* shown, Run run,
                               bool names_client) {
    auto* command = add_verb(*clients, session, name, help, shown,
                             [&session, options, run](const ApiClient& client) {
                               return run(session, client, *options);
                             });
    command->add_option("ID", options->id, "Id of the deployment")->required();
    if (names_client) {
      command->add_option("CLIENT", options->name, "Name of the client")->required();
    }
    return command;
  };
  add_command("list", "List the clients of a deployment, with their use",
              "slipway clients list iris-x7k2p", list, false)
      ->alias("ls");
  add_settings(add_command("add", "Add a client; only its token goes to stdout",
                           "slipway clients add iris-x7k2p webshop --expires 90d > webshop.token",
                           add, true),
               *options);
  add_settings(add_command("set", "Change a client's expiry or rate",
                           "slipway clients set iris-x7k2p webshop --rate 600", set, true),
               *options);
  add_command("rotate", "Give a client a new token; only the token goes to stdout",
              "slipway clients rotate iris-x7k2p webshop --overlap 1h > webshop.token", rotate,
              true)
      ->add_option("--overlap", options->overlap, "So long the old token goes on holding")
      ->capture_default_str();
  auto* end = add_command("remove", "Remove a client; its token ends at once",
                          "slipway clients remove iris-x7k2p webshop", remove, true);
  end->alias("rm");
  end->add_flag("-y,--yes", options->yes, "Do not ask");
}

}  // namespace slipway::cli
