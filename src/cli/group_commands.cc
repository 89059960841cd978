#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/people_views.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kGroups = "/api/v1/groups";

struct GroupOptions {
  std::optional<std::string> display_name;
  std::optional<bool> deployment;
  std::optional<std::string> cpu;  // "none": no limit
  std::optional<std::string> memory;
  std::optional<std::string> gpus;
  std::optional<std::string> deployments;
  std::optional<std::vector<std::string>> instance_types;
  std::optional<std::string> default_instance_type;
};

Result<int64_t> parse_count(std::string_view text) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size()) return number;
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is no whole number", text));
}

Result<void> write_limit(Json& document, const char* name, const std::optional<std::string>& text,
                         Result<int64_t> (*parse)(std::string_view)) {
  if (!text) return {};
  if (*text == "none") {
    document["quota"][name] = nullptr;
    return {};
  }
  TRY_ASSIGN(document["quota"][name], parse(*text));
  return {};
}

Result<Json> settings_of(const GroupOptions& options) {
  Json document = Json::object();
  if (options.display_name) document["display_name"] = *options.display_name;
  if (options.deployment) document["deployment_enabled"] = *options.deployment;
  TRY(write_limit(document, "cpu_millis", options.cpu, parse_cores));
  TRY(write_limit(document, "memory_bytes", options.memory, parse_size));
  TRY(write_limit(document, "gpus", options.gpus, parse_count));
  TRY(write_limit(document, "deployments", options.deployments, parse_count));
  if (options.instance_types) {
    Json& types = document["instance_types"] = Json::array();
    for (const std::string& name : *options.instance_types) {
      if (!name.empty()) types.push_back(name);
    }
  }
  if (options.default_instance_type) {
    document["default_instance_type"] = *options.default_instance_type;
  }
  return document;
}

void add_settings(CLI::App* command, GroupOptions& options) {
  command->add_option("--display-name", options.display_name, "Name for people");
  add_switch(command, "--deployment", "--no-deployment", options.deployment,
             "The group may deploy models", "It may not; what runs goes down");
  command->add_option("--cpu", options.cpu,
                      "Cores that may be used at once, e.g. 4; none: no limit");
  command->add_option("--memory", options.memory, "Memory, e.g. 16GiB; none: no limit");
  command->add_option("--gpus", options.gpus, "GPUs; none: no limit");
  command->add_option("--max-deployments", options.deployments,
                      "Deployments that run at once; none: no limit");
  command
      ->add_option("--instance-type", options.instance_types,
                   "May use this one besides those for all groups; repeatable, \"\": none")
      ->allow_extra_args(false);
  command->add_option("--default-instance-type", options.default_instance_type,
                      "Taken when a deployment names none");
}

void show_group(const Session& session, const Json& group) {
  session.show(
      group, [&](bool) { return group_description(group); },
      [&] { return text_at(group, {"name"}) + "\n"; });
}

std::string member_path(const std::string& group, const std::string& user) {
  return item_path(item_path(kGroups, group) + "/members", user);
}

void add_member_commands(CLI::App& groups, Session& session) {
  const auto group = std::make_shared<std::string>();
  const auto user = std::make_shared<std::string>();
  const auto admin = std::make_shared<std::optional<bool>>();

  auto* list = add_verb(
      groups, session, "members", "List the members of a group", "slipway groups members vision",
      [&session, group](const ApiClient& client) -> Result<void> {
        TRY_ASSIGN(const ApiReply reply, client.get(item_path(kGroups, *group)));
        show_items(session, reply.body.value("members", Json::array()), members_table, "user");
        return {};
      });
  add_argument(list, "GROUP", group, "Name of the group");

  auto* add =
      add_verb(groups, session, "add-member", "Add a user to a group, or change the role",
               "slipway groups add-member vision ada --admin",
               [&session, group, user, admin](const ApiClient& client) -> Result<void> {
                 Json document = Json::object();
                 if (*admin) document["admin"] = **admin;
                 TRY_ASSIGN(const ApiReply reply, client.put(member_path(*group, *user), document));
                 show_items(session, Json::array({reply.body}), members_table, "user");
                 return {};
               });
  add_argument(add, "GROUP", group, "Name of the group");
  add_argument(add, "USER", user, "Name of the user");
  add_switch(add, "--admin", "--no-admin", *admin, "May add and remove members", "May not");

  auto* remove = add_verb(
      groups, session, "remove-member", "Take a user out of a group",
      "slipway groups remove-member vision ada",
      [&session, group, user](const ApiClient& client) -> Result<void> {
        TRY(client.remove(member_path(*group, *user)));
        session.outside.err(fmt::format("'{}' is no member of '{}' any more\n", *user, *group));
        return {};
      });
  add_argument(remove, "GROUP", group, "Name of the group");
  add_argument(remove, "USER", user, "Name of the user");
}

}  // namespace

void add_group_commands(CLI::App& app, Session& session) {
  auto* groups = add_noun(app, "groups", "Groups, their quota and members", "slipway groups list");
  groups->alias("group");
  const auto name = std::make_shared<std::string>();
  const auto options = std::make_shared<GroupOptions>();
  const auto yes = std::make_shared<bool>(false);

  add_verb(*groups, session, "list", "List your groups; all for platform admins",
           "slipway groups list -o json",
           [&session](const ApiClient& client) -> Result<void> {
             TRY_ASSIGN(const Json items, client.all_pages(std::string(kGroups)));
             show_items(session, items, groups_table, "name");
             return {};
           })
      ->alias("ls");

  auto* get = add_verb(*groups, session, "get", "Show one group: quota, what is used, members",
                       "slipway groups get vision",
                       [&session, name](const ApiClient& client) -> Result<void> {
                         TRY_ASSIGN(const ApiReply reply, client.get(item_path(kGroups, *name)));
                         show_group(session, reply.body);
                         return {};
                       });
  add_argument(get, "NAME", name, "Name of the group");

  auto* create =
      add_verb(*groups, session, "create", "Make a group (platform admins)",
               "slipway groups create vision --deployment --cpu 8 --memory 32GiB",
               [&session, name, options](const ApiClient& client) -> Result<void> {
                 TRY_ASSIGN(Json document, settings_of(*options));
                 document["name"] = *name;
                 TRY_ASSIGN(const ApiReply reply, client.post(std::string(kGroups), document));
                 show_group(session, reply.body);
                 return {};
               });
  add_argument(create, "NAME", name, "Name of the group; it stays");
  add_settings(create, *options);

  auto* set = add_verb(
      *groups, session, "set", "Change a group's settings (platform admins)",
      "slipway groups set vision --cpu 16 --gpus none --no-deployment",
      [&session, name, options](const ApiClient& client) -> Result<void> {
        TRY_ASSIGN(const Json document, settings_of(*options));
        if (document.empty()) {
          return fail(ErrorCode::kInvalid, "nothing to change was given; see --help");
        }
        TRY_ASSIGN(const ApiReply reply, client.patch(item_path(kGroups, *name), document));
        show_group(session, reply.body);
        return {};
      });
  add_argument(set, "NAME", name, "Name of the group");
  add_settings(set, *options);

  auto* remove = add_verb(
      *groups, session, "delete", "Delete a group that has no deployments (platform admins)",
      "slipway groups delete vision --yes",
      [&session, name, yes](const ApiClient& client) -> Result<void> {
        TRY(confirm(session, fmt::format("Delete the group '{}'?", *name), *yes));
        TRY(client.remove(item_path(kGroups, *name)));
        session.outside.err(fmt::format("deleted '{}'\n", *name));
        return {};
      });
  remove->alias("rm");
  add_argument(remove, "NAME", name, "Name of the group");
  remove->add_flag("-y,--yes", *yes, "Do not ask");

  add_member_commands(*groups, session);
}

}  // namespace slipway::cli
