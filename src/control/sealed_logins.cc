#include "control/sealed_logins.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_reader.h"
#include "control/secret_keys.h"

namespace slipway::control {

using domain::RegistryLogin;

std::string seal_logins(const identity::SecretBox& box, const std::string& group,
                        const std::string& name, const std::vector<RegistryLogin>& logins) {
  Json list = Json::array();
  for (const RegistryLogin& login : logins) {
    list.push_back(
        {{"registry", login.registry}, {"user", login.user}, {"password", login.password}});
  }
  return box.seal(dump_json(Json{{"logins", std::move(list)}}), pull_secret_owner(group, name));
}

Result<std::vector<RegistryLogin>> open_logins(const identity::SecretBox& box,
                                               const store::PullSecretRow& row) {
  const auto where = [&](const Error& error) {
    return fail(error.within(fmt::format("pull secret '{}'", row.name)));
  };
  const auto plain = box.open(row.sealed, pull_secret_owner(row.group, row.name));
  if (!plain) return where(plain.error());
  const auto document = parse_json(*plain);
  if (!document) return where(Error{ErrorCode::kInternal, "it holds no JSON; give it anew", {}});
  std::vector<RegistryLogin> out;
  JsonReader reader(*document);
  reader.optional_objects("logins", [&](JsonReader& item) {
    out.push_back({.registry = item.required_string("registry"),
                   .user = item.required_string("user"),
                   .password = item.required_string("password")});
  });
  if (!reader.finish()) {
    return where(Error{ErrorCode::kInternal, "it holds what this Slipway does not know", {}});
  }
  return out;
}

}  // namespace slipway::control
