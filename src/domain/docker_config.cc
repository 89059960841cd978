#include "domain/docker_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/json.h"
#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

std::string text_member(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// "auth" is base64 of "user:password"; without it the two may stand by themselves.
std::optional<FieldError> read_entry(const Json& entry, const std::string& path,
                                     RegistryLogin* login) {
  if (!entry.is_object()) return FieldError{path, "must be an object"};
  if (entry.contains("identitytoken") || entry.contains("registrytoken")) {
    return FieldError{path, "holds a token instead of user and password; give those"};
  }
  const std::string auth = text_member(entry, "auth");
  if (auth.empty()) {
    login->user = text_member(entry, "username");
    login->password = text_member(entry, "password");
    if (!login->user.empty() || !login->password.empty()) return std::nullopt;
    return FieldError{path,
                      "must have 'auth', or 'username' and 'password'; an empty entry means that a "
                      "credential helper keeps them, which Slipway cannot read"};
  }
  std::string pair;
  if (!base64_decode(auth, pair)) return FieldError{path + ".auth", "must be base64"};
  // Docker itself pads old entries with zero bytes.
  while (!pair.empty() && pair.back() == '\0') pair.pop_back();
  const size_t colon = pair.find(':');
  if (colon == std::string::npos) {
    return FieldError{path + ".auth", "must be base64 of 'user:password'"};
  }
  login->user = pair.substr(0, colon);
  login->password = pair.substr(colon + 1);
  return std::nullopt;
}

}  // namespace

Result<std::vector<RegistryLogin>> read_docker_config(const Json& document,
                                                      const std::string& where) {
  std::vector<FieldError> problems;
  std::vector<RegistryLogin> logins;
  const auto done = [&]() -> Result<std::vector<RegistryLogin>> {
    if (problems.empty()) return std::move(logins);
    const std::string first = problems[0].path + " " + problems[0].message;
    return fail(Error{ErrorCode::kInvalid, first, std::move(problems)});
  };
  if (!document.is_object()) {
    problems.push_back({where, "must be an object, the content of a Docker config.json"});
    return done();
  }
  for (const char* helper : {"credsStore", "credHelpers"}) {
    const auto at = document.find(helper);
    if (at == document.end() || at->empty()) continue;
    problems.push_back({where + "." + helper,
                        "names a credential helper, and what it keeps is not in this file; give "
                        "registry, user and password instead"});
  }
  if (!problems.empty()) return done();
  const auto auths = document.find("auths");
  if (auths == document.end() || !auths->is_object() || auths->empty()) {
    problems.push_back({where + ".auths", "must be an object with at least one registry"});
    return done();
  }
  if (auths->size() > kMaxRegistriesInSecret) {
    problems.push_back({where + ".auths", fmt::format("must have at most {} registries; it has {}",
                                                      kMaxRegistriesInSecret, auths->size())});
    return done();
  }
  for (const auto& item : auths->items()) {
    const std::string path = fmt::format("{}.auths[\"{}\"]", where, shortened(item.key()));
    RegistryLogin login;
    const auto registry = canonical_registry(item.key());
    if (!registry) {
      problems.push_back({path, registry.error().message});
      continue;
    }
    login.registry = *registry;
    if (auto problem = read_entry(item.value(), path, &login)) {
      problems.push_back(std::move(*problem));
      continue;
    }
    const bool twice = std::any_of(logins.begin(), logins.end(), [&](const RegistryLogin& other) {
      return other.registry == login.registry;
    });
    if (twice) {
      problems.push_back({path, fmt::format("names registry {} a second time", login.registry)});
      continue;
    }
    const std::vector<FieldError> wrong = check_login(login, path + ".");
    problems.insert(problems.end(), wrong.begin(), wrong.end());
    logins.push_back(std::move(login));
  }
  return done();
}

}  // namespace slipway::domain
