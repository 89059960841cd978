#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/people_views.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kTypes = "/api/v1/instance-types";

struct TypeOptions {
  std::optional<std::string> display_name;
  std::optional<std::string> description;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;
  std::optional<int64_t> gpus;
  std::optional<std::string> gpu_resource;
  std::optional<bool> global;
};

Result<Json> settings_of(const TypeOptions& options) {
  Json document = Json::object();
  if (options.display_name) document["display_name"] = *options.display_name;
  if (options.description) document["description"] = *options.description;
  if (options.cpu) {
    TRY_ASSIGN(document["cpu_millis"], parse_cores(*options.cpu));
  }
  if (options.memory) {
    TRY_ASSIGN(document["memory_bytes"], parse_size(*options.memory));
  }
  if (options.gpus) document["gpus"] = *options.gpus;
  if (options.gpu_resource) document["gpu_resource"] = *options.gpu_resource;
  if (options.global) document["global"] = *options.global;
  return document;
}

void add_settings(CLI::App* command, TypeOptions& options) {
  command->add_option("--display-name", options.display_name, "Name for people");
  command->add_option("--description", options.description, "What it is good for");
  command->add_option("--cpu", options.cpu, "Cores of one replica, e.g. 0.5 or 2");
  command->add_option("--memory", options.memory, "Memory of one replica, e.g. 2GiB");
  command->add_option("--gpus", options.gpus, "GPUs of one replica");
  command->add_option("--gpu-resource", options.gpu_resource, "Kind of GPU, e.g. nvidia.com/gpu");
  add_switch(command, "--global", "--no-global", options.global, "Every group may use it",
             "Only groups that name it may");
}

void show_type(const Session& session, const Json& type) {
  show_items(session, Json::array({type}), instance_types_table, "name");
}

}  // namespace

void add_instance_type_commands(CLI::App& app, Session& session) {
  auto* types = add_noun(app, "instance-types", "The sizes that a replica may have",
                         "slipway instance-types list");
  types->alias("instance-type");
  const auto name = std::make_shared<std::string>();
  const auto group = std::make_shared<std::string>();
  const auto options = std::make_shared<TypeOptions>();
  const auto yes = std::make_shared<bool>(false);

  auto* list = add_verb(*types, session, "list", "List what your groups, or one, may use",
                        "slipway instance-types list --group vision",
                        [&session, group](const ApiClient& client) -> Result<void> {
                          std::string path(kTypes);
                          if (!group->empty()) path += "?group=" + call::url_encode(*group);
                          TRY_ASSIGN(const Json items, client.all_pages(path));
                          show_items(session, items, instance_types_table, "name");
                          return {};
                        });
  list->alias("ls");
  list->add_option("--group", *group, "Only what this group may use");

  auto* get = add_verb(
      *types, session, "get", "Show one instance type", "slipway instance-types get cpu-1 -o yaml",
      [&session, name](const ApiClient& client) -> Result<void> {
        TRY_ASSIGN(const ApiReply reply, client.get(item_path(kTypes, *name)));
        if (session.format() == OutputFormat::kJson || session.format() == OutputFormat::kYaml) {
          session.show(reply.body, {}, {});
        } else {
          show_type(session, reply.body);
        }
        return {};
      });
  add_argument(get, "NAME", name, "Name of the instance type");

  auto* create =
      add_verb(*types, session, "create", "Make an instance type (platform admins)",
               "slipway instance-types create gpu-1 --cpu 4 --memory 16GiB --gpus 1",
               [&session, name, options](const ApiClient& client) -> Result<void> {
                 TRY_ASSIGN(const Json settings, settings_of(*options));
                 Json document = {{"name", *name}};
                 document.update(settings);
                 TRY_ASSIGN(const ApiReply reply, client.post(std::string(kTypes), document));
                 show_type(session, reply.body);
                 return {};
               });
  add_argument(create, "NAME", name, "Name of the instance type; it stays");
  add_settings(create, *options);

  auto* set = add_verb(
      *types, session, "set", "Change an instance type; what runs keeps its size (platform admins)",
      "slipway instance-types set gpu-1 --memory 32GiB --no-global",
      [&session, name, options](const ApiClient& client) -> Result<void> {
        TRY_ASSIGN(const Json document, settings_of(*options));
        if (document.empty()) {
          return fail(ErrorCode::kInvalid, "nothing to change was given; see --help");
        }
        TRY_ASSIGN(const ApiReply reply, client.patch(item_path(kTypes, *name), document));
        show_type(session, reply.body);
        return {};
      });
  add_argument(set, "NAME", name, "Name of the instance type");
  add_settings(set, *options);

  auto* remove = add_verb(
      *types, session, "delete", "Delete an instance type that nothing uses (platform admins)",
      "slipway instance-types delete gpu-1 --yes",
      [&session, name, yes](const ApiClient& client) -> Result<void> {
        TRY(confirm(session, fmt::format("Delete the instance type '{}'?", *name), *yes));
        TRY(client.remove(item_path(kTypes, *name)));
        session.outside.err(fmt::format("deleted '{}'\n", *name));
        return {};
      });
  remove->alias("rm");
  add_argument(remove, "NAME", name, "Name of the instance type");
  remove->add_flag("-y,--yes", *yes, "Do not ask");
}

}  // namespace slipway::cli
