#include "api/people_dto.h"

#include <limits>

#include "base/json.h"
#include "base/json_reader.h"

namespace slipway::api {
namespace {

constexpr IntegerRange kAnyInt{std::numeric_limits<int>::min(), std::numeric_limits<int>::max()};

Json limit_json(const std::optional<int64_t>& limit) {
  return limit ? Json(*limit) : Json(nullptr);
}

// A number sets the limit, null takes it away, nothing leaves it.
void read_limit(JsonReader& quota, const char* name,
                std::optional<std::optional<int64_t>>& change) {
  if (quota.take_null(name)) {
    change = std::optional<int64_t>();
  } else if (const auto limit = quota.optional_integer(name)) {
    change = limit;
  }
}

control::GroupPatch read_group_settings(JsonReader& reader) {
  control::GroupPatch out;
  out.display_name = reader.optional_string("display_name");
  out.deployment_enabled = reader.optional_bool("deployment_enabled");
  reader.optional_object("quota", [&](JsonReader& quota) {
    read_limit(quota, "cpu_millis", out.cpu_millis);
    read_limit(quota, "memory_bytes", out.memory_bytes);
    read_limit(quota, "gpus", out.gpus);
    read_limit(quota, "deployments", out.deployments);
  });
  std::vector<std::string> types;
  const bool has_types = reader.optional_strings(
      "instance_types", [&](std::string name) { types.push_back(std::move(name)); });
  if (has_types) out.instance_types = std::move(types);
  out.default_instance_type = reader.optional_string("default_instance_type");
  return out;
}

control::InstanceTypePatch read_instance_type_settings(JsonReader& reader) {
  control::InstanceTypePatch out;
  out.display_name = reader.optional_string("display_name");
  out.description = reader.optional_string("description");
  out.cpu_millis = reader.optional_integer("cpu_millis");
  out.memory_bytes = reader.optional_integer("memory_bytes");
  if (const auto gpus = reader.optional_integer("gpus", kAnyInt)) {
    out.gpus = static_cast<int>(*gpus);
  }
  out.gpu_resource = reader.optional_string("gpu_resource");
  out.global = reader.optional_bool("global");
  return out;
}

constexpr const char* kImmutableName = "cannot be changed; make another one";

}  // namespace

Json user_json(const control::UserView& user) {
  Json groups = Json::array();
  for (const control::Membership& membership : user.groups) {
    groups.push_back({{"group", membership.group}, {"admin", membership.admin}});
  }
  return {{"name", user.name},
          {"display_name", user.display_name},
          {"email", user.email},
          {"admin", user.admin},
          {"disabled", user.disabled},
          {"must_change_password", user.must_change_password},
          {"external", user.external},
          {"groups", std::move(groups)},
          {"created_at", format_rfc3339(user.created_at)},
          {"generation", user.generation}};
}

Json user_json(const control::UserWithPassword& user) {
  Json out = user_json(user.user);
  if (user.generated_password) out["generated_password"] = *user.generated_password;
  return out;
}

Json group_json(const domain::Group& group) {
  return {{"name", group.name},
          {"display_name", group.display_name},
          {"deployment_enabled", group.deployment_enabled},
          {"quota",
           {{"cpu_millis", limit_json(group.quota.cpu_millis)},
            {"memory_bytes", limit_json(group.quota.memory_bytes)},
            {"gpus", limit_json(group.quota.gpus)},
            {"deployments", limit_json(group.quota.deployments)}}},
          {"instance_types", group.instance_types},
          {"default_instance_type", group.default_instance_type},
          {"generation", group.generation}};
}

Json group_view_json(const control::GroupView& view) {
  Json out = group_json(view.group);
  out["usage"] = {{"cpu_millis", view.usage.cpu_millis},
                  {"memory_bytes", view.usage.memory_bytes},
                  {"gpus", view.usage.gpus},
                  {"deployments", view.usage.deployments}};
  Json& members = out["members"] = Json::array();
  for (const domain::Member& member : view.members) members.push_back(member_json(member));
  return out;
}

Json member_json(const domain::Member& member) {
  return {{"user", member.user}, {"admin", member.admin}};
}

Json instance_type_json(const domain::InstanceType& type) {
  return {{"name", type.name},
          {"display_name", type.display_name},
          {"description", type.description},
          {"cpu_millis", type.cpu_millis},
          {"memory_bytes", type.memory_bytes},
          {"gpus", type.gpus},
          {"gpu_resource", type.gpu_resource},
          {"global", type.global},
          {"generation", type.generation}};
}

Result<control::NewUser> read_new_user(const Json& document) {
  JsonReader reader(document);
  control::NewUser out;
  out.name = reader.required_string("name");
  out.display_name = reader.optional_string("display_name").value_or("");
  out.email = reader.optional_string("email").value_or("");
  out.admin = reader.optional_bool("admin").value_or(false);
  out.password = reader.optional_string("password");
  out.must_change_password = reader.optional_bool("must_change_password").value_or(true);
  TRY(reader.finish());
  return out;
}

Result<control::UserPatch> read_user_patch(const Json& document) {
  JsonReader reader(document);
  control::UserPatch out;
  out.display_name = reader.optional_string("display_name");
  out.email = reader.optional_string("email");
  out.admin = reader.optional_bool("admin");
  out.disabled = reader.optional_bool("disabled");
  reader.refuse("name", kImmutableName);
  reader.refuse("password", "is not changed here; POST to reset-password gives a new one");
  TRY(reader.finish());
  return out;
}

Result<domain::Group> read_new_group(const Json& document) {
  JsonReader reader(document);
  domain::Group out;
  out.name = reader.required_string("name");
  const control::GroupPatch settings = read_group_settings(reader);
  TRY(reader.finish());
  out.display_name = settings.display_name.value_or("");
  out.deployment_enabled = settings.deployment_enabled.value_or(false);
  out.quota = {.cpu_millis = settings.cpu_millis.value_or(std::nullopt),
               .memory_bytes = settings.memory_bytes.value_or(std::nullopt),
               .gpus = settings.gpus.value_or(std::nullopt),
               .deployments = settings.deployments.value_or(std::nullopt)};
  out.instance_types = settings.instance_types.value_or(std::vector<std::string>());
  out.default_instance_type = settings.default_instance_type.value_or("");
  return out;
}

Result<control::GroupPatch> read_group_patch(const Json& document) {
  JsonReader reader(document);
  control::GroupPatch out = read_group_settings(reader);
  reader.refuse("name", kImmutableName);
  TRY(reader.finish());
  return out;
}

Result<domain::Member> read_member(const Json& document, const std::string& user) {
  JsonReader reader(document);
  domain::Member out{.user = user, .admin = reader.optional_bool("admin").value_or(false)};
  TRY(reader.finish());
  return out;
}

Result<domain::InstanceType> read_new_instance_type(const Json& document) {
  JsonReader reader(document);
  domain::InstanceType out;
  out.name = reader.required_string("name");
  const control::InstanceTypePatch settings = read_instance_type_settings(reader);
  if (!reader.has("cpu_millis")) reader.add_fault("cpu_millis", "is required");
  if (!reader.has("memory_bytes")) reader.add_fault("memory_bytes", "is required");
  TRY(reader.finish());
  out.display_name = settings.display_name.value_or("");
  out.description = settings.description.value_or("");
  out.cpu_millis = settings.cpu_millis.value_or(0);
  out.memory_bytes = settings.memory_bytes.value_or(0);
  out.gpus = settings.gpus.value_or(0);
  out.gpu_resource = settings.gpu_resource.value_or("");
  out.global = settings.global.value_or(true);
  return out;
}

Result<control::InstanceTypePatch> read_instance_type_patch(const Json& document) {
  JsonReader reader(document);
  control::InstanceTypePatch out = read_instance_type_settings(reader);
  reader.refuse("name", kImmutableName);
  TRY(reader.finish());
  return out;
}

}  // namespace slipway::api
