#pragma once
// control::PullSecrets in memory, for the tests of this room: keeps what it was given last.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "control/pull_secrets.h"

namespace slipway::api {

class FakePullSecrets : public control::PullSecrets {
 public:
  using Logins = std::vector<domain::RegistryLogin>;

  Result<std::vector<control::PullSecretView>> list(const control::Caller&) override {
    std::vector<control::PullSecretView> out;
    for (const auto& [key, view] : views) out.push_back(view);
    return out;
  }
  Result<control::PullSecretView> get(const control::Caller&, const std::string& group,
                                      const std::string& name) override {
    const auto at = views.find({group, name});
    if (at == views.end()) return fail(ErrorCode::kNotFound, "there is no such pull secret");
    return at->second;
  }
  Result<control::PullSecretView> create(const control::Caller& caller, const std::string& group,
                                         const std::string& name, const Logins& logins) override {
    control::PullSecretView& view = views[{group, name}];
    view.group = group;
    view.name = name;
    view.created_by = caller.user;
    view.generation = 0;
    return put(view, caller, logins);
  }
  Result<control::PullSecretView> replace(const control::Caller& caller, const std::string& group,
                                          const std::string& name, const Logins& logins,
                                          control::ExpectedGeneration expected) override {
    TRY(check(caller, group, name, expected));
    return put(views.at({group, name}), caller, logins);
  }
  Result<void> remove(const control::Caller& caller, const std::string& group,
                      const std::string& name, control::ExpectedGeneration expected) override {
    TRY(check(caller, group, name, expected));
    views.erase({group, name});
    return {};
  }

  std::map<std::pair<std::string, std::string>, control::PullSecretView> views;
  Logins last_logins;

 private:
  Result<void> check(const control::Caller& caller, const std::string& group,
                     const std::string& name, control::ExpectedGeneration expected) {
    TRY_ASSIGN(const auto view, get(caller, group, name));
    if (!expected || *expected == view.generation) return {};
    return fail(ErrorCode::kPrecondition, "it is at another generation");
  }
  Result<control::PullSecretView> put(control::PullSecretView& view, const control::Caller& caller,
                                      const Logins& logins) {
    last_logins = logins;
    view.registries.clear();
    for (const auto& login : logins) view.registries.push_back({login.registry, login.user});
    view.updated_by = caller.user;
    ++view.generation;
    return view;
  }
};

}  // namespace slipway::api
