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

constexpr std::string_view kUsers = "/api/v1/users";

struct UserOptions {
  std::optional<std::string> display_name;
  std::optional<std::string> email;
  std::optional<bool> admin;
  bool password_stdin = false;
  bool keep_password = false;
};

Json settings_of(const UserOptions& options) {
  Json document = Json::object();
  if (options.display_name) document["display_name"] = *options.display_name;
  if (options.email) document["email"] = *options.email;
  if (options.admin) document["admin"] = *options.admin;
  return document;
}

void add_settings(CLI::App* command, UserOptions& options) {
  command->add_option("--display-name", options.display_name, "Name for people");
  command->add_option("--email", options.email, "Where to write to");
  add_switch(command, "--admin", "--no-admin", options.admin, "Is a platform admin", "Is none");
}

void show_user(const Session& session, const Json& user) {
  session.show(
      user, [&](bool) { return user_description(user); },
      [&] { return text_at(user, {"name"}) + "\n"; });
}

// A generated password is all that a person needs of the answer, and stands nowhere else.
void show_with_password(const Session& session, const Json& user) {
  if (!user.contains("generated_password")) return show_user(session, user);
  show_once(session, user, "generated_password",
            fmt::format("this is the password of '{}', shown this once; it must be changed at the "
                        "first sign-in",
                        text_at(user, {"name"})));
}

Result<void> create(const Session& session, const ApiClient& client, const std::string& name,
                    const UserOptions& options) {
  Json document = {{"name", name}};
  document.update(settings_of(options));
  if (options.password_stdin) {
    TRY_ASSIGN(document["password"], read_password(session, "", /*from_stdin=*/true));
    document["must_change_password"] = !options.keep_password;
  }
  TRY_ASSIGN(const ApiReply reply, client.post(std::string(kUsers), document));
  show_with_password(session, reply.body);
  return {};
}

Result<void> patch(const Session& session, const ApiClient& client, const std::string& name,
                   const Json& document) {
  if (document.empty()) {
    return fail(ErrorCode::kInvalid, "nothing to change was given; see --help");
  }
  TRY_ASSIGN(const ApiReply reply, client.patch(item_path(kUsers, name), document));
  show_user(session, reply.body);
  return {};
}

}  // namespace

void add_user_commands(CLI::App& app, Session& session) {
  auto* users = add_noun(app, "users", "The people (platform admins)", "slipway users list");
  users->alias("user");
  const auto name = std::make_shared<std::string>();
  const auto options = std::make_shared<UserOptions>();
  const auto yes = std::make_shared<bool>(false);

  add_verb(*users, session, "list", "List all users", "slipway users list -o wide",
           [&session](const ApiClient& client) -> Result<void> {
             TRY_ASSIGN(const Json items, client.all_pages(std::string(kUsers)));
             show_items(session, items, users_table, "name");
             return {};
           })
      ->alias("ls");

  const auto add_one = [&](const char* verb, const char* help, const std::string& shown,
                           std::function<Result<void>(const ApiClient&)> run) {
    auto* command = add_verb(*users, session, verb, help, shown.c_str(), std::move(run));
    add_argument(command, "NAME", name, "Name of the user");
    return command;
  };
  add_one("get", "Show one user with groups", "slipway users get ada",
          [&session, name](const ApiClient& client) -> Result<void> {
            TRY_ASSIGN(const ApiReply reply, client.get(item_path(kUsers, *name)));
            show_user(session, reply.body);
            return {};
          });
  auto* make = add_one("create", "Make a user; without a password one is generated and shown once",
                       "slipway users create ada --display-name 'Ada L.' --email ada@example.org",
                       [&session, name, options](const ApiClient& client) {
                         return create(session, client, *name, *options);
                       });
  add_settings(make, *options);
  auto* from_stdin =
      make->add_flag("--password-stdin", options->password_stdin, "Read the password from stdin");
  make->add_flag("--keep-password", options->keep_password,
                 "That password need not be changed at the first sign-in")
      ->needs(from_stdin);

  add_settings(add_one("set", "Change a user", "slipway users set ada --admin",
                       [&session, name, options](const ApiClient& client) {
                         return patch(session, client, *name, settings_of(*options));
                       }),
               *options);
  add_one("disable", "Sign a user out everywhere and let nobody in by that name",
          "slipway users disable ada", [&session, name](const ApiClient& client) {
            return patch(session, client, *name, {{"disabled", true}});
          });
  add_one("enable", "Let a disabled user sign in again", "slipway users enable ada",
          [&session, name](const ApiClient& client) {
            return patch(session, client, *name, {{"disabled", false}});
          });
  add_one("reset-password", "Give a user a new password, shown once",
          "slipway users reset-password ada",
          [&session, name](const ApiClient& client) -> Result<void> {
            TRY_ASSIGN(const ApiReply reply,
                       client.post(item_path(kUsers, *name) + "/reset-password", nullptr));
            show_with_password(session, reply.body);
            return {};
          });
  auto* remove = add_one("delete", "Delete a user with memberships and tokens; deployments stay",
                         "slipway users delete ada --yes",
                         [&session, name, yes](const ApiClient& client) -> Result<void> {
                           TRY(confirm(session, fmt::format("Delete the user '{}'?", *name), *yes));
                           TRY(client.remove(item_path(kUsers, *name)));
                           session.outside.err(fmt::format("deleted '{}'\n", *name));
                           return {};
                         });
  remove->alias("rm");
  remove->add_flag("-y,--yes", *yes, "Do not ask");
}

}  // namespace slipway::cli
