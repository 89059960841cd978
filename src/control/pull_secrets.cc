#include "control/pull_secrets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "control/audit_record.h"
#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/people_access.h"
#include "control/sealed_logins.h"
#include "domain/name_rules.h"
#include "domain/text_rules.h"
#include "store/pull_secrets.h"

namespace slipway::control {
namespace {

using domain::kEveryGroup;
using domain::RegistryLogin;
using store::PullSecretRow;
using store::ReadTransaction;
using store::WriteTransaction;
using Logins = std::vector<RegistryLogin>;

constexpr size_t kMostNamed = 5;

bool may_see(const Caller& caller, const std::string& group) {
  return group == kEveryGroup || may_see_group(caller, group);
}

std::string called(const std::string& group, const std::string& name) {
  return group == kEveryGroup
             ? fmt::format("pull secret '{}' of every group", domain::shortened(name))
             : fmt::format("pull secret '{}' of group '{}'", domain::shortened(name),
                           domain::shortened(group));
}

Failure not_there(const std::string& group, const std::string& name) {
  return fail(ErrorCode::kNotFound, "there is no " + called(group, name));
}

Result<void> check_may_change(const Caller& caller, const std::string& group) {
  TRY(check_may_write(caller));
  if (may_administer_group(caller, group)) return {};
  if (group == kEveryGroup) {
    return fail(ErrorCode::kDenied, "only platform admins change pull secrets of every group");
  }
  return fail(ErrorCode::kDenied,
              fmt::format("only admins of group '{}' change its pull secrets", group));
}

Result<PullSecretRow> find_visible_secret(ReadTransaction& tx, const Caller& caller,
                                          const std::string& group, const std::string& name) {
  if (!may_see(caller, group)) return not_there(group, name);
  TRY_ASSIGN(auto row, store::pull_secrets::find(tx, group, name));
  if (!row) return not_there(group, name);
  return std::move(*row);
}

Result<PullSecretRow> find_changeable_secret(ReadTransaction& tx, const Caller& caller,
                                             const std::string& group, const std::string& name,
                                             ExpectedGeneration expected) {
  TRY_ASSIGN(PullSecretRow row, find_visible_secret(tx, caller, group, name));
  TRY(check_may_change(caller, group));
  TRY(check_generation(called(group, name), row.generation, expected));
  return row;
}

std::string hosts_of(const Logins& logins) {
  std::string out;
  for (const RegistryLogin& login : logins) out += (out.empty() ? "" : ", ") + login.registry;
  return out;
}

std::vector<std::string> split_hosts(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(", "), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return out;
}

// As the audit keeps it: of the password only that there is one.
std::string masked(const Logins& logins) {
  Json list = Json::array();
  for (const RegistryLogin& login : logins) {
    list.push_back({{"registry", login.registry}, {"user", login.user}, {"password", "***"}});
  }
  return dump_json(Json{{"registries", std::move(list)}});
}

class StoredPullSecrets final : public PullSecrets {
 public:
  StoredPullSecrets(store::Store& store, const identity::SecretBox& box, const Clock& clock)
      : store_(store), box_(box), clock_(clock) {}

  Result<std::vector<PullSecretView>> list(const Caller& caller) override {
    return store_.read([&](ReadTransaction& tx) -> Result<std::vector<PullSecretView>> {
      TRY_ASSIGN(const auto rows, store::pull_secrets::all(tx));
      std::vector<PullSecretView> out;
      for (const PullSecretRow& row : rows) {
        if (may_see(caller, row.group)) out.push_back(view(caller, row));
      }
      return out;
    });
  }

  Result<PullSecretView> get(const Caller& caller, const std::string& group,
                             const std::string& name) override {
    return store_.read([&](ReadTransaction& tx) -> Result<PullSecretView> {
      TRY_ASSIGN(const PullSecretRow row, find_visible_secret(tx, caller, group, name));
      return view(caller, row);
    });
  }

  Result<PullSecretView> create(const Caller& caller, const std::string& group,
                                const std::string& name, const Logins& logins) override {
    return store_.write([&](WriteTransaction& tx) -> Result<PullSecretView> {
      TRY(check_group(tx, caller, group));
      TRY(check_may_change(caller, group));
      TRY(check(name, logins));
      PullSecretRow row;
      row.group = group;
      row.name = name;
      row.registry = hosts_of(logins);
      row.sealed = seal_logins(box_, group, name, logins);
      row.created_by = row.updated_by = caller.user;
      row.created_at = row.updated_at = clock_.now();
      TRY(store::pull_secrets::insert(tx, row));
      TRY(record(tx, caller, row, "secret.create", "", masked(logins)));
      return view(caller, row);
    });
  }

  Result<PullSecretView> replace(const Caller& caller, const std::string& group,
                                 const std::string& name, const Logins& logins,
                                 ExpectedGeneration expected) override {
    return store_.write([&](WriteTransaction& tx) -> Result<PullSecretView> {
      TRY_ASSIGN(PullSecretRow row, find_changeable_secret(tx, caller, group, name, expected));
      TRY(check(name, logins));
      const std::string before = masked_of(row);
      row.registry = hosts_of(logins);
      row.sealed = seal_logins(box_, group, name, logins);
      row.updated_by = caller.user;
      row.updated_at = clock_.now();
      ++row.generation;
      TRY(store::pull_secrets::update(tx, row));
      TRY(record(tx, caller, row, "secret.replace", before, masked(logins)));
      return view(caller, row);
    });
  }

  Result<void> remove(const Caller& caller, const std::string& group, const std::string& name,
                      ExpectedGeneration expected) override {
    return store_.write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(const PullSecretRow row,
                 find_changeable_secret(tx, caller, group, name, expected));
      TRY_ASSIGN(const auto users, store::pull_secrets::users_of(tx, group, name));
      if (!users.empty()) return still_used(row, users);
      TRY(store::pull_secrets::remove(tx, group, name));
      return record(tx, caller, row, "secret.remove", masked_of(row), "");
    });
  }

 private:
  static Failure still_used(const PullSecretRow& row, const std::vector<std::string>& users) {
    std::string named;
    for (size_t i = 0; i < users.size() && i < kMostNamed; ++i) {
      named += (i == 0 ? "" : ", ") + users[i];
    }
    if (users.size() > kMostNamed) named += fmt::format(" and {} more", users.size() - kMostNamed);
    return fail(
        ErrorCode::kConflict,
        fmt::format("{} is named by deployments: {}; give them another one, or delete them, "
                    "first",
                    called(row.group, row.name), named));
  }

  // A foreign group is a wrong field here, as it is in a new deployment.
  static Result<void> check_group(ReadTransaction& tx, const Caller& caller,
                                  const std::string& group) {
    if (group == kEveryGroup) return {};
    const auto found = find_visible_group(tx, caller, group);
    if (found) return {};
    if (found.error().code != ErrorCode::kNotFound) return fail(found.error());
    return refuse_if_any("the pull secret cannot be kept", {{"group", found.error().message}});
  }

  static Result<void> check(const std::string& name, const Logins& logins) {
    std::vector<FieldError> problems;
    if (auto problem = domain::check_secret_name(name)) problems.push_back({"name", *problem});
    if (logins.empty()) problems.push_back({"registry", "must be given"});
    for (const RegistryLogin& login : logins) {
      // Of several, each was checked where it was read, with its own path.
      for (FieldError& problem : domain::check_login(login, "")) {
        problems.push_back(std::move(problem));
      }
    }
    return refuse_if_any("the pull secret is not valid", std::move(problems));
  }

  PullSecretView view(const Caller& caller, const PullSecretRow& row) const {
    PullSecretView out;
    out.group = row.group;
    out.name = row.name;
    out.created_by = row.created_by;
    out.created_at = row.created_at;
    out.updated_by = row.updated_by;
    out.updated_at = row.updated_at;
    out.generation = row.generation;
    const auto logins =
        may_administer_group(caller, row.group) ? open_logins(box_, row) : Result<Logins>(Logins{});
    for (const std::string& host : split_hosts(row.registry)) {
      out.registries.push_back({host, user_at(logins.value_or(Logins{}), host)});
    }
    return out;
  }

  static std::string user_at(const Logins& logins, const std::string& host) {
    const auto at = std::find_if(logins.begin(), logins.end(), [&](const RegistryLogin& login) {
      return login.registry == host;
    });
    return at == logins.end() ? std::string() : at->user;
  }

  // One that does not open any more must still be replaceable.
  std::string masked_of(const PullSecretRow& row) const {
    const auto logins = open_logins(box_, row);
    if (logins) return masked(*logins);
    return dump_json(Json{{"registries", row.registry}});
  }

  Result<void> record(WriteTransaction& tx, const Caller& caller, const PullSecretRow& row,
                      const char* action, const std::string& before,
                      const std::string& after) const {
    return record_change(tx, caller, clock_.now(),
                         {.action = action,
                          .object = row.name,
                          .detail = row.registry,
                          .group = row.group,
                          .before = before,
                          .after = after});
  }

  store::Store& store_;
  const identity::SecretBox& box_;
  const Clock& clock_;
};

class StoredCredentials final : public engine::CredentialSource {
 public:
  StoredCredentials(store::Store& store, const identity::SecretBox& box)
      : store_(store), box_(box) {}

  Result<std::optional<engine::RegistryCredentials>> find(const std::string& group,
                                                          const std::string& secret,
                                                          const std::string& registry) override {
    if (secret.empty()) return std::nullopt;
    TRY_ASSIGN(const auto row, store_.read([&](ReadTransaction& tx) {
      return store::pull_secrets::resolve(tx, group, secret);
    }));
    if (!row) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("there is no pull secret '{}' for group '{}'; make it, or name "
                              "another one",
                              secret, group));
    }
    TRY_ASSIGN(const Logins logins, open_logins(box_, *row));
    for (const RegistryLogin& login : logins) {
      if (login.registry != registry) continue;
      return engine::RegistryCredentials{secret, login.user, login.password};
    }
    return std::nullopt;
  }

 private:
  store::Store& store_;
  const identity::SecretBox& box_;
};

}  // namespace

std::unique_ptr<PullSecrets> make_pull_secrets(store::Store& store, const identity::SecretBox& box,
                                               const Clock& clock) {
  return std::make_unique<StoredPullSecrets>(store, box, clock);
}

std::unique_ptr<engine::CredentialSource> make_credential_source(store::Store& store,
                                                                 const identity::SecretBox& box) {
  return std::make_unique<StoredCredentials>(store, box);
}

}  // namespace slipway::control
