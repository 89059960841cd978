#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/people_views.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kSecrets = "/api/v1/secrets";

struct SecretOptions {
  std::string name;
  std::string group;
  bool every_group = false;
  std::string registry;
  std::string user;
  std::string docker_config;
  bool password_stdin = false;
  bool yes = false;
};

std::string secret_path(const SecretOptions& options) {
  // "-" is how the API writes "every group" in a path.
  return item_path(item_path(kSecrets, options.every_group ? "-" : options.group), options.name);
}

// Of the kind that the API takes; a password is never part of the command line.
Result<Json> content_of(const Session& session, const SecretOptions& options) {
  if (!options.docker_config.empty()) {
    TRY_ASSIGN(const std::string text, read_input(session, options.docker_config));
    auto config = parse_json(text);
    if (!config) return fail(config.error().within(options.docker_config));
    return Json{{"docker_config", *config}};
  }
  if (options.registry.empty() || options.user.empty()) {
    return fail(ErrorCode::kInvalid, "give --registry and --user, or --docker-config");
  }
  TRY_ASSIGN(
      const std::string password,
      read_password(session, fmt::format("Password of {} at {}: ", options.user, options.registry),
                    options.password_stdin));
  return Json{{"registry", options.registry}, {"user", options.user}, {"password", password}};
}

void show_secret(const Session& session, const Json& secret) {
  show_items(session, Json::array({secret}), secrets_table, "name");
}

Result<void> create(const Session& session, const ApiClient& client, const SecretOptions& options) {
  TRY_ASSIGN(const Json content, content_of(session, options));
  Json document = {{"group", nullptr}, {"name", options.name}};
  if (!options.every_group) document["group"] = options.group;
  document.update(content);
  TRY_ASSIGN(const ApiReply reply, client.post(std::string(kSecrets), document));
  show_secret(session, reply.body);
  return {};
}

Result<void> replace(const Session& session, const ApiClient& client,
                     const SecretOptions& options) {
  TRY_ASSIGN(const Json content, content_of(session, options));
  TRY_ASSIGN(const ApiReply reply, client.put(secret_path(options), content));
  show_secret(session, reply.body);
  return {};
}

Result<void> remove(const Session& session, const ApiClient& client, const SecretOptions& options) {
  TRY(confirm(session, fmt::format("Delete the pull secret '{}'?", options.name), options.yes));
  TRY(client.remove(secret_path(options)));
  session.outside.err(fmt::format("deleted '{}'\n", options.name));
  return {};
}

void add_content(CLI::App* command, SecretOptions& options) {
  auto* config = command->add_option("--docker-config", options.docker_config,
                                     "A Docker config.json with 'auths', - for stdin");
  command
      ->add_option("--registry", options.registry, "Host of the registry, e.g. registry.lan:5000")
      ->excludes(config);
  command->add_option("--user", options.user, "Who signs in there")->excludes(config);
  command
      ->add_flag("--password-stdin", options.password_stdin,
                 "Read the password from stdin (default: asked for, unseen)")
      ->excludes(config);
}

}  // namespace

void add_secret_commands(CLI::App& app, Session& session) {
  auto* secrets = add_noun(app, "secrets", "Pull secrets: how to sign in to image registries",
                           "slipway secrets list");
  secrets->alias("secret");
  add_verb(*secrets, session, "list", "List the pull secrets of your groups; passwords never show",
           "slipway secrets list",
           [&session](const ApiClient& client) -> Result<void> {
             TRY_ASSIGN(const Json items, client.all_pages(std::string(kSecrets)));
             show_items(session, items, secrets_table, "name");
             return {};
           })
      ->alias("ls");

  const auto options = std::make_shared<SecretOptions>();
  using Run = Result<void> (*)(const Session&, const ApiClient&, const SecretOptions&);
  const auto add_command = [&](const char* name, const char* help, const char* shown, Run run) {
    auto* command =
        add_verb(*secrets, session, name, help, shown,
                 [&session, options, run](const ApiClient& client) -> Result<void> {
                   if (options->group.empty() != options->every_group) {
                     return fail(ErrorCode::kInvalid, "give either --group or --every-group");
                   }
                   return run(session, client, *options);
                 });
    command->add_option("NAME", options->name, "Name of the pull secret")->required();
    command->add_option("--group", options->group, "Group that it belongs to");
    command->add_flag("--every-group", options->every_group,
                      "It is for every group (platform admins)");
    return command;
  };
  add_content(add_command("create", "Keep how to sign in to a registry",
                          "slipway secrets create lan --group vision --registry registry.lan:5000 "
                          "--user puller\nslipway secrets create hub --every-group "
                          "--docker-config ~/.docker/config.json",
                          create),
              *options);
  add_content(add_command("replace", "Replace all that is in a pull secret",
                          "slipway secrets replace lan --group vision --registry "
                          "registry.lan:5000 --user puller --password-stdin < password",
                          replace),
              *options);
  auto* end = add_command("delete", "Delete a pull secret that no deployment names",
                          "slipway secrets delete lan --group vision --yes", remove);
  end->alias("rm");
  end->add_flag("-y,--yes", options->yes, "Do not ask");
}

}  // namespace slipway::cli
