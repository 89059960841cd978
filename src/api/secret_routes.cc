#include "api/secret_routes.h"

#include "api/etag.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/secret_schemas.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "domain/docker_config.h"

namespace slipway::api {
namespace {

using control::PullSecretView;
using domain::RegistryLogin;

// No group's name, as those begin with a letter or digit.
constexpr std::string_view kEveryGroupInPath = "-";

std::string group_of(const RouteCall& call) {
  const std::string& group = call.path["group"];
  return group == kEveryGroupInPath ? std::string(domain::kEveryGroup) : group;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json secret_json(const PullSecretView& secret) {
  Json registries = Json::array();
  for (const auto& [registry, user] : secret.registries) {
    registries.push_back({{"registry", registry}, {"user", text_or_null(user)}});
  }
  return {{"group", text_or_null(secret.group)}, {"name", secret.name},
          {"registries", std::move(registries)}, {"generation", secret.generation},
          {"created_by", secret.created_by},     {"created_at", format_rfc3339(secret.created_at)},
          {"updated_by", secret.updated_by},     {"updated_at", format_rfc3339(secret.updated_at)}};
}

Reply secret_reply(int status, const PullSecretView& secret) {
  Reply reply = json_reply(status, secret_json(secret));
  reply.fields.emplace_back("ETag", etag(secret.generation));
  return reply;
}

std::vector<RegistryLogin> read_login(JsonReader& reader) {
  RegistryLogin login;
  const std::string registry = reader.required_string("registry");
  login.user = reader.required_string("user");
  login.password = reader.required_string("password");
  if (const auto canonical = domain::canonical_registry(registry)) {
    login.registry = *canonical;
  } else if (!registry.empty()) {
    reader.add_fault("registry", canonical.error().message);
  }
  return {std::move(login)};
}

// Faults go to the reader; `config` was taken out of the document before.
std::vector<RegistryLogin> read_content(JsonReader& reader, const Json* config) {
  if (config == nullptr) return read_login(reader);
  for (const char* name : {"registry", "user", "password"}) {
    if (reader.has(name)) reader.refuse(name, "is not given together with docker_config");
  }
  auto logins = domain::read_docker_config(*config, "docker_config");
  if (logins) return std::move(*logins);
  for (const FieldError& problem : logins.error().fields) {
    reader.add_fault(problem.path, problem.message);
  }
  return {};
}

std::optional<Json> take_config(Json& document) {
  const auto at = document.find("docker_config");
  if (at == document.end()) return std::nullopt;
  Json config = std::move(*at);
  document.erase(at);
  return config;
}

Result<Reply> list_secrets(control::PullSecrets& secrets, const RouteCall& call) {
  TRY_ASSIGN(const auto found, secrets.list(call.caller));
  Json items = Json::array();
  for (const PullSecretView& secret : found) items.push_back(secret_json(secret));
  return page_reply(std::move(items));
}

Result<Reply> create_secret(control::PullSecrets& secrets, const RouteCall& call) {
  TRY_ASSIGN(Json document, json_object_of(call.request));
  const std::optional<Json> config = take_config(document);
  JsonReader reader(document);
  std::string group;
  if (!reader.take_null("group")) {
    group = reader.required_string("group");
    if (group.empty() && reader.has("group")) {
      reader.add_fault("group", "must be a group's name, or null for a secret of every group");
    }
  }
  const std::string name = reader.required_string("name");
  const auto logins = read_content(reader, config ? &*config : nullptr);
  TRY(reader.finish());
  TRY_ASSIGN(const PullSecretView made, secrets.create(call.caller, group, name, logins));
  Reply reply = secret_reply(201, made);
  reply.fields.emplace_back(
      "Location",
      "/api/v1/secrets/" + (group.empty() ? std::string(kEveryGroupInPath) : group) + "/" + name);
  return reply;
}

Result<Reply> get_secret(control::PullSecrets& secrets, const RouteCall& call) {
  TRY_ASSIGN(const PullSecretView found,
             secrets.get(call.caller, group_of(call), call.path["name"]));
  return secret_reply(200, found);
}

Result<Reply> replace_secret(control::PullSecrets& secrets, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY_ASSIGN(Json document, json_object_of(call.request));
  const std::optional<Json> config = take_config(document);
  JsonReader reader(document);
  const auto logins = read_content(reader, config ? &*config : nullptr);
  TRY(reader.finish());
  TRY_ASSIGN(const PullSecretView changed,
             secrets.replace(call.caller, group_of(call), call.path["name"], logins, expected));
  return secret_reply(200, changed);
}

Result<Reply> remove_secret(control::PullSecrets& secrets, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY(secrets.remove(call.caller, group_of(call), call.path["name"], expected));
  return no_content();
}

}  // namespace

void add_secret_routes(RouteTable& table, control::PullSecrets& secrets) {
  table.add_schemas(secret_schemas());
  using http::Method;
  const auto to = [&secrets](Result<Reply> (*handler)(control::PullSecrets&, const RouteCall&)) {
    return [&secrets, handler](const RouteCall& call) { return handler(secrets, call); };
  };
  table.add({Method::kGet,
             "/api/v1/secrets",
             "listPullSecrets",
             Access::kSignedIn,
             {.tag = "secrets",
              .summary = "Pull secrets of the caller's groups and of every group; no password",
              .response_schema = "Page:PullSecret"},
             to(list_secrets)});
  table.add({Method::kPost,
             "/api/v1/secrets",
             "createPullSecret",
             Access::kGroupAdmin,
             {.tag = "secrets",
              .summary = "Keep what a registry wants to hear, sealed",
              .request_schema = "NewPullSecret",
              .status = 201,
              .response_schema = "PullSecret"},
             to(create_secret)});
  table.add({Method::kGet,
             "/api/v1/secrets/{group}/{name}",
             "getPullSecret",
             Access::kMember,
             {.tag = "secrets",
              .summary = "One pull secret without its password; group '-': of every group",
              .response_schema = "PullSecret"},
             to(get_secret)});
  table.add({Method::kPut,
             "/api/v1/secrets/{group}/{name}",
             "replacePullSecret",
             Access::kGroupAdmin,
             {.tag = "secrets",
              .summary = "Replace all that is in a pull secret",
              .request_schema = "PullSecretContent",
              .response_schema = "PullSecret",
              .takes_if_match = true},
             to(replace_secret)});
  table.add({Method::kDelete,
             "/api/v1/secrets/{group}/{name}",
             "removePullSecret",
             Access::kGroupAdmin,
             {.tag = "secrets",
              .summary = "Remove a pull secret that no newest revision names",
              .status = 204,
              .takes_if_match = true},
             to(remove_secret)});
}

}  // namespace slipway::api
